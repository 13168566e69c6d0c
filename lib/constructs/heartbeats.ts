import { Duration } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { sendDelayed } from './delayed-messages.ts';
import { accept } from './findings.ts';
import { heartbeatDelays } from './heartbeat-schedule.ts';

export interface HeartbeatsProps {
  /** Seconds between two heartbeats. */
  readonly seconds: number;
  /** The time for which a message stays hidden after the function received it: at least the time-out of the function. */
  readonly visibilityTimeout: Duration;
  /** The role of the schedules. */
  readonly role: Role;
  /** The queue of messages that a schedule could not send. */
  readonly missed: IQueue;
}

/** Schedules that send delayed messages, and the queue that delivers one whenever a heartbeat is due. */
export class Heartbeats extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { seconds, visibilityTimeout, role, missed }: HeartbeatsProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      // The messages contain no data; a key of KMS would need permissions for the schedules.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout,
      // The longest delay and a minute more: after an outage the heartbeats of the outage have no use.
      retentionPeriod: Duration.minutes(2),
    });
    accept(
      this.queue,
      'SQS3',
      'a heartbeat that could not be appended has no use once the next one is due, and expires',
    );
    for (const [nth, delays] of heartbeatDelays(seconds).entries())
      sendDelayed(this, `Schedule${nth}`, {
        description: 'Offbeat: heartbeats',
        everyMinutes: 1,
        messages: delays.map((delaySeconds) => ({
          id: `heartbeat-${delaySeconds}`,
          delaySeconds,
          body: 'heartbeat',
        })),
        ...{ queue: this.queue, role, missed },
      });
  }
}
