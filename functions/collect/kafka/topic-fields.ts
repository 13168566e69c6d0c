import type { KafkaPartition } from '../../shared/ports/kafka-cluster.ts';
import { growth, keyOf, type OffsetsBefore } from './before.ts';
import { isOffline, isUnderReplicated } from './status.ts';

/** The fields of `kafka.topic`. What could not be read of every partition is absent. */
export interface TopicFields {
  readonly name: string;
  readonly partitions: { readonly count: number; readonly offline: number; readonly under_replicated: number };
  readonly messages?: {
    /** The messages that were ever written: a counter. */
    readonly in: number;
    /** The messages that are kept, those that compaction removed included. */
    readonly kept?: number;
  };
  /** The size of the leaders' logs, as they are compressed. */
  readonly log?: { readonly bytes: number };
  readonly message?: { readonly mean: { readonly bytes: number } };
  /** The bytes written since the snapshot before: an estimate, messages times their mean size. */
  readonly bytes?: { readonly in: number };
  /** The messages written to the busiest partition since the snapshot before, as a multiple of the mean over all. */
  readonly skew?: number;
}

/** The messages since the snapshot before of which a skew is told: of fewer, chance makes one. */
const skewMessagesMin = 1_000;

/**
 * Returns the fields of a topic.
 * @param partitions all partitions of the topic, at least one
 * @param before the offsets of the snapshot before; absent if there is none
 */
export function topicFields(partitions: readonly KafkaPartition[], before?: OffsetsBefore): TopicFields {
  const written = sumOf(partitions, ({ newest }) => newest);
  const kept = sumOf(partitions, ({ newest, oldest }) => growth(newest, oldest));
  const bytes = sumOf(partitions, (partition) => partition.bytes);
  const mean = meanBytes(partitions);
  const grown = partitions.map((partition) => growth(partition.newest, before?.newest.get(keyOf(partition))));
  const grownBytes = estimatedBytes(
    sumOf(grown, (each) => each),
    mean,
  );
  const skew = skewOf(grown);
  return {
    name: partitions[0]!.topic,
    partitions: {
      count: partitions.length,
      offline: partitions.filter(isOffline).length,
      under_replicated: partitions.filter(isUnderReplicated).length,
    },
    ...(written === undefined ? {} : { messages: { in: written, ...(kept === undefined ? {} : { kept }) } }),
    ...(bytes === undefined ? {} : { log: { bytes } }),
    ...(mean === undefined ? {} : { message: { mean: { bytes: mean } } }),
    ...(grownBytes === undefined ? {} : { bytes: { in: grownBytes } }),
    ...(skew === undefined ? {} : { skew }),
  };
}

/** Returns the mean size of the messages that a topic keeps; `undefined` if it keeps none, or their size is unknown. */
export function meanBytes(partitions: readonly KafkaPartition[]): number | undefined {
  const kept = sumOf(partitions, ({ newest, oldest }) => growth(newest, oldest));
  const bytes = sumOf(partitions, (partition) => partition.bytes);
  return kept === undefined || kept === 0 || bytes === undefined ? undefined : bytes / kept;
}

/** Returns the size of messages by their mean size; `undefined` if one is unknown. */
export const estimatedBytes = (messages: number | undefined, mean: number | undefined): number | undefined =>
  messages === undefined || mean === undefined ? undefined : Math.round(messages * mean);

/** Returns a sum; `undefined` if a part of it is. */
export function sumOf<Item>(items: readonly Item[], partOf: (item: Item) => number | undefined): number | undefined {
  let sum = 0;
  for (const item of items) {
    const value = partOf(item);
    if (value === undefined) return undefined;
    sum += value;
  }
  return sum;
}

function skewOf(grown: readonly (number | undefined)[]): number | undefined {
  const sum = sumOf(grown, (each) => each);
  if (grown.length < 2 || sum === undefined || sum < skewMessagesMin) return undefined;
  const most = grown.reduce<number>((max, each) => Math.max(max, each!), 0);
  return (most * grown.length) / sum;
}
