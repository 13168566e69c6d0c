import type { Duration } from 'aws-cdk-lib';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { KafkaEventSourceProps } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { DependencyGroup } from 'constructs';
import { kafkaPrefix } from '../../functions/shared/environment/server-variables.ts';
import type { KafkaNames } from '../../functions/shared/log/kafka-names.ts';
import type { PartitionCounts, Topic } from '../../functions/shared/log/topics.ts';
import type { OffbeatFunction } from './function.ts';

/**
 * The polling of event source mappings. `on-demand` pollers cost nothing, and pass in a failed batch again as a whole.
 * Provisioned pollers are billed by the hour, and pass in again only the partitions that failed.
 */
export type Polling = 'on-demand' | { readonly minimumPollers: number; readonly maximumPollers: number };

/** Returns the kind of polling, as settings and functions name it. */
export const pollingWord = (polling: Polling): 'on-demand' | 'provisioned' =>
  polling === 'on-demand' ? polling : 'provisioned';

/** Returns the environment variable of the prefix, if there is one. */
export const prefixVariable = ({ prefix }: KafkaNames): Readonly<Record<string, string>> =>
  prefix === undefined ? {} : { [kafkaPrefix]: prefix };

/** An event source mapping: what it reads, and how. Topic and group have their logical names. */
export interface Reading {
  readonly topic: Topic;
  /** The consumer group, which cannot be changed once the mapping exists. */
  readonly groupId: string;
  /** Records that an invocation gets at most, 1 to 10,000. */
  readonly batchSize: number;
  /** The time for which the poller gathers records before it invokes with fewer: 500 ms, or whole seconds up to 300. */
  readonly window: Duration;
  readonly polling: Polling;
}

/** The Kafka of a deployment, as functions and their event source mappings reach it. */
export interface Kafka {
  readonly partitions: PartitionCounts;
  /** The environment variables of functions that connect, for `functions/shared/adapters/kafka/connect.ts`. */
  readonly environment: Readonly<Record<string, string>>;
  /** The environment variables of functions that an event source mapping feeds, and that do not connect themselves. */
  readonly readerEnvironment: Readonly<Record<string, string>>;
  /** The topics and custom resources that must be deployed before a function that uses Kafka. */
  readonly isReady: DependencyGroup;
  /** Allows a function to append to these topics, and nothing else. */
  grantAppend(appender: OffbeatFunction, topics: readonly Topic[]): void;
  /** Allows a function that may append to count the records of these topics, and not to read them. */
  grantCount(counter: OffbeatFunction, topics: readonly Topic[]): void;
  /**
   * Adds an event source mapping to a function.
   * @throws {Error} at synth, naming the value, if Lambda would reject it
   */
  feed(reader: OffbeatFunction, reading: Reading): void;
}

const batchSizeMax = 10_000;
const windowMsDefault = 500;
const windowMsMax = 300_000;
/** Lambda's limits on the numbers of pollers. */
const pollersMost = { minimumPollers: 200, maximumPollers: 2_000 } as const;
const pollerGroupName = 'offbeat';

/**
 * Returns the properties of an event source of either kind. It has no limit on retries or age, no destination and no
 * bisecting: with a destination Lambda stops after ten tries, and a long outage would lose records. Functions send bad
 * records to the dead letters themselves.
 * @param names the names of topic and group on the brokers
 * @throws {Error} for values that CDK does not check and on which a deployment would fail
 */
export function sourceProps(reading: Reading, partitions: number, names: KafkaNames): KafkaEventSourceProps {
  const { topic, groupId, batchSize, window, polling } = reading;
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > batchSizeMax) {
    throw new Error(`${groupId}: batchSize must be a whole number from 1 to ${batchSizeMax}, got ${batchSize}`);
  }
  const windowMs = window.toMilliseconds();
  if (windowMs !== windowMsDefault && (windowMs % 1_000 !== 0 || windowMs > windowMsMax)) {
    throw new Error(`${groupId}: window must be 500 ms, or whole seconds up to 300, got ${windowMs} ms`);
  }
  return {
    topic: names.topic(topic),
    consumerGroupId: names.group(groupId),
    batchSize,
    // CloudFormation accepts whole seconds only; a mapping without the property gathers for half a second.
    ...(windowMs !== windowMsDefault && { maxBatchingWindow: window }),
    // LATEST loses records that arrive while a mapping is created or changed.
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
  // More pollers than partitions would do nothing, and each is billed.
  const most = Math.min(maximumPollers, partitions);
  return {
    // One group, so that mappings with little to read share a billed unit.
    provisionedPollerConfig: { minimumPollers: Math.min(minimumPollers, most), maximumPollers: most, pollerGroupName },
    reportBatchItemFailures: true,
  };
}
