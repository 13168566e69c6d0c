import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { Universal } from 'aws-cdk-lib/aws-scheduler-targets';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { accept } from './findings.ts';
import { heartbeatDelays } from './heartbeat-schedule.ts';

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
