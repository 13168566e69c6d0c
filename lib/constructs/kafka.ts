import type { Duration } from 'aws-cdk-lib';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { KafkaEventSourceProps } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { DependencyGroup } from 'constructs';
import type { PartitionCounts, Topic } from '../../functions/shared/log/topics.ts';
import type { OffbeatFunction } from './function.ts';

/**
 * Who reads: `on-demand` pollers cost nothing of their own, and hand in a failed batch as a whole; `provisioned` ones
 * are paid by the hour, and hand in again only the partitions that failed.
 */
export type Polling = 'on-demand' | { readonly minimumPollers: number; readonly maximumPollers: number };

/** Which of the two, as settings and functions have it. */
export const pollingWord = (polling: Polling): 'on-demand' | 'provisioned' =>
  polling === 'on-demand' ? polling : 'provisioned';

/** What an event source mapping reads, and how. */
export interface Reading {
  readonly topic: Topic;
  /** Cannot be changed once the mapping is there. */
  readonly groupId: string;
  /** Records an invocation gets at most, 1 to 10,000. */
  readonly batchSize: number;
  /** How long the poller gathers before it invokes with less: 500 ms, or whole seconds up to 300. */
  readonly window: Duration;
  readonly polling: Polling;
}

/** Kafka as functions and their event source mappings reach it. */
export interface Kafka {
  readonly partitions: PartitionCounts;
  /** What a function is told, for `functions/shared/adapters/kafka/connect.ts`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Custom resources that a function must not be deployed before. */
  readonly isReady: DependencyGroup;
  /** Lets a function append to these topics, and do nothing else there. */
  grantAppend(appender: OffbeatFunction, topics: readonly Topic[]): void;
  /**
   * Feeds a function.
   * @throws {Error} at synth, naming the value, if Lambda would not take it so
   */
  feed(reader: OffbeatFunction, reading: Reading): void;
}

const batchSizeMax = 10_000;
const windowMsDefault = 500;
const windowMsMax = 300_000;
/** Of pollers, as Lambda has it. */
const pollersMost = { minimumPollers: 200, maximumPollers: 2_000 } as const;
const pollerGroupName = 'offbeat';

/**
 * What both kinds of event source are made with. No limit on retries or age, no destination, no bisecting: with a
 * destination ten tries are all, and a long outage would lose records. What is bad our functions put aside themselves.
 * @throws {Error} for what CDK does not check and a deployment would fail on
 */
export function sourceProps(reading: Reading, partitions: number): KafkaEventSourceProps {
  const { topic, groupId, batchSize, window, polling } = reading;
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > batchSizeMax) {
    throw new Error(`${groupId}: batchSize must be a whole number from 1 to ${batchSizeMax}, got ${batchSize}`);
  }
  const windowMs = window.toMilliseconds();
  if (windowMs !== windowMsDefault && (windowMs % 1_000 !== 0 || windowMs > windowMsMax)) {
    throw new Error(`${groupId}: window must be 500 ms, or whole seconds up to 300, got ${windowMs} ms`);
  }
  return {
    topic,
    consumerGroupId: groupId,
    batchSize,
    // Half a second is what a mapping has that is not told; CloudFormation knows seconds only.
    ...(windowMs !== windowMsDefault && { maxBatchingWindow: window }),
    // LATEST loses what arrives while a mapping is made or changed.
    startingPosition: StartingPosition.TRIM_HORIZON,
    ...(polling === 'on-demand' ? {} : provisioned(polling, groupId, partitions)),
  };
}

function provisioned(
  { minimumPollers, maximumPollers }: Exclude<Polling, 'on-demand'>,
  groupId: string,
  partitions: number,
) {
  for (const [name, value] of Object.entries({ minimumPollers, maximumPollers })) {
    const most = pollersMost[name as keyof typeof pollersMost];
    if (!Number.isInteger(value) || value < 1 || value > most) {
      throw new Error(`${groupId}: ${name} must be a whole number from 1 to ${most}, got ${value}`);
    }
  }
  if (minimumPollers > maximumPollers) {
    throw new Error(
      `${groupId}: minimumPollers (${minimumPollers}) must not be above maximumPollers (${maximumPollers})`,
    );
  }
  // There are never more than partitions, and each is paid for.
  const most = Math.min(maximumPollers, partitions);
  return {
    // In one group, so that mappings with little to read share what is paid for.
    provisionedPollerConfig: { minimumPollers: Math.min(minimumPollers, most), maximumPollers: most, pollerGroupName },
    reportBatchItemFailures: true,
  };
}
