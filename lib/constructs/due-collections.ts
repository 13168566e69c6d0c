import { Duration } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { CollectMessage } from '../../functions/collect/due-handler.ts';
import { functions } from '../../functions/functions.ts';
import type { CollectSettings } from '../../functions/shared/domain/collect-settings.ts';
import { collectionSchedule } from './collection-schedule.ts';
import { sendDelayed } from './delayed-messages.ts';
import { accept } from './findings.ts';
import type { OffbeatFunction } from './function.ts';

export interface DueCollectionsProps {
  readonly function: OffbeatFunction;
  /** The targets, at least one. */
  readonly targets: readonly CollectSettings[];
  /** The role of the schedules. */
  readonly role: Role;
  /** The queue of messages that schedules could not send. */
  readonly missed: IQueue;
}

/** The least number of invocations at a time that a mapping of SQS can be limited to. */
const concurrencyMin = 2;

/** Feeds a function with a message for each collection that is due: a schedule for each target sends them to a queue. */
export function feedCollections(scope: Construct, props: DueCollectionsProps): void {
  const { function: collector, targets, role, missed } = props;
  const queue = new Queue(scope, 'Queue', {
    // The messages name targets; a key of KMS would need permissions for the schedules.
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    visibilityTimeout: Duration.seconds(functions[collector.name].timeoutSeconds),
    // The longest delay and a minute more: after an outage the collections of the outage have no use.
    retentionPeriod: Duration.minutes(2),
  });
  accept(queue, 'SQS3', 'a collection that could not be appended has no use once the next one is due, and expires');
  for (const [nth, { target, period }] of targets.entries()) {
    const { everyMinutes, delaysSeconds } = collectionSchedule(period)!;
    const messages = delaysSeconds.map((delaySeconds) => ({
      id: `collect-${delaySeconds}`,
      delaySeconds,
      body: JSON.stringify({ target, delaySeconds } satisfies CollectMessage),
    }));
    sendDelayed(scope, `Schedule${nth}`, {
      ...{ description: 'Offbeat: collections of a target', everyMinutes, messages },
      ...{ queue, role, missed },
    });
  }
  // One message in each invocation, so that no target waits for another.
  const maxConcurrency = Math.max(concurrencyMin, targets.length);
  collector.addEventSource(new SqsEventSource(queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency }));
}
