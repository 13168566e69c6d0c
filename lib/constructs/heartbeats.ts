import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { Universal } from 'aws-cdk-lib/aws-scheduler-targets';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { accept } from './findings.ts';

/** Ticks are made every two seconds, so more heartbeats than that move nothing. */
const secondsMin = 2;
/** Well below the 30 s after which a partition is left behind. */
const secondsMax = 10;

/**
 * Seconds between two heartbeats: as long as pollers gather, because an earlier one would wait for the window anyway,
 * and from 2 to 10.
 */
export function heartbeatSeconds(windowMs: number): number {
  return Math.min(secondsMax, Math.max(secondsMin, Math.ceil(windowMs / 1_000)));
}

/** Of one call of SQS's SendMessageBatch. */
const entriesMax = 10;

/**
 * The seconds by which the messages of each schedule are delayed. A schedule runs once a minute, the shortest rate there
 * is, and a call takes ten messages; so heartbeats every two seconds are three schedules. They take turns: each covers
 * the whole minute, and while one of them is missing there is still a heartbeat every other time.
 */
export function heartbeatDelays(seconds: number): readonly (readonly number[])[] {
  const delays = Array.from({ length: Math.ceil(60 / seconds) }, (_, nth) => nth * seconds);
  const schedules = Math.ceil(delays.length / entriesMax);
  return Array.from({ length: schedules }, (_, schedule) => delays.filter((_, nth) => nth % schedules === schedule));
}

export interface HeartbeatsProps {
  /** Between two of them. */
  readonly seconds: number;
  /** Longer than the function may take: as long as a message that was handed back stays hidden. */
  readonly visibilityTimeout: Duration;
  /** The role of the schedules. */
  readonly role: Role;
  /** Gets what a schedule could not send. */
  readonly missed: IQueue;
}

/** Schedules, and the queue that hands out a message whenever a heartbeat is due. */
export class Heartbeats extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { seconds, visibilityTimeout, role, missed }: HeartbeatsProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      // The messages say nothing; and a schedule would need a key of one's own too.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout,
      // The longest delay and a minute more: after an outage nobody needs the heartbeats that were due meanwhile.
      retentionPeriod: Duration.minutes(2),
    });
    accept(
      this.queue,
      'SQS3',
      'a heartbeat that could not be appended is worthless by the time the next one is due, and expires',
    );
    for (const [nth, delays] of heartbeatDelays(seconds).entries())
      this.#schedule(`Schedule${nth}`, delays, role, missed);
  }

  #schedule(id: string, delays: readonly number[], role: Role, deadLetterQueue: IQueue): void {
    const entries = delays.map((seconds) => ({
      Id: `heartbeat-${seconds}`,
      DelaySeconds: seconds,
      MessageBody: 'heartbeat',
    }));
    new Schedule(this, id, {
      description: 'Offbeat: heartbeats',
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: new Universal({
        service: 'sqs',
        action: 'sendMessageBatch',
        input: ScheduleTargetInput.fromObject({ QueueUrl: this.queue.queueUrl, Entries: entries }),
        // The action that IAM knows has another name than the call.
        policyStatements: [new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] })],
        role,
        deadLetterQueue,
        retryAttempts: 2,
        maxEventAge: Duration.minutes(1),
      }),
    });
  }
}
