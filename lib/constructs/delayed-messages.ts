import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { Universal } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** A message that is received some time after the schedule has sent it. */
export interface DelayedMessage {
  /** A name that no other message of the same schedule has. */
  readonly id: string;
  readonly delaySeconds: number;
  readonly body: string;
}

export interface DelayedMessagesProps {
  readonly description: string;
  readonly everyMinutes: number;
  /** The messages of a run: at most ten, as SQS allows. */
  readonly messages: readonly DelayedMessage[];
  readonly queue: IQueue;
  readonly role: Role;
  /** The queue of messages that the schedule could not send. */
  readonly missed: IQueue;
}

/** Creates a schedule that fills a queue with delayed messages. It runs once a minute at most; the delays divide the minute. */
export function sendDelayed(scope: Construct, id: string, props: DelayedMessagesProps): Schedule {
  const { description, everyMinutes, messages, queue, role, missed } = props;
  const entries = messages.map((message) => ({
    Id: message.id,
    DelaySeconds: message.delaySeconds,
    MessageBody: message.body,
  }));
  return new Schedule(scope, id, {
    description,
    schedule: ScheduleExpression.rate(Duration.minutes(everyMinutes)),
    target: new Universal({
      service: 'sqs',
      action: 'sendMessageBatch',
      input: ScheduleTargetInput.fromObject({ QueueUrl: queue.queueUrl, Entries: entries }),
      // The action in IAM is named differently from the call.
      policyStatements: [new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] })],
      role,
      deadLetterQueue: missed,
      retryAttempts: 2,
      maxEventAge: Duration.minutes(1),
    }),
  });
}
