import { dayMs } from '../domain/durations.ts';
import type { Entity } from '../domain/entity.ts';

/** One topic: its name on the brokers, and what it is created with. */
interface TopicRow {
  readonly name: `offbeat.${string}`;
  /** Milliseconds for which the topic keeps each record at least. */
  readonly retentionMs: number;
  /** Bytes of the largest record value that the brokers accept. */
  readonly messageBytesMax: number;
}

/**
 * Bytes of the largest message that Lambda can pass to a function: an event has at most 6 MiB, and carries every value in
 * base64, which is a third longer. A larger message would stop its partition before any function saw it.
 */
const lambdaMessageBytesMax = 4_500_000;

/** Every topic by its role in the flow, with everything that it is created with. */
const rows = {
  beats: { name: 'offbeat.beats', retentionMs: dayMs, messageBytesMax: lambdaMessageBytesMax },
  samples: { name: 'offbeat.samples', retentionMs: dayMs, messageBytesMax: lambdaMessageBytesMax },
  summaries: { name: 'offbeat.summaries', retentionMs: dayMs, messageBytesMax: lambdaMessageBytesMax },
  signals: { name: 'offbeat.signals', retentionMs: 7 * dayMs, messageBytesMax: lambdaMessageBytesMax },
  alerts: { name: 'offbeat.alerts', retentionMs: 30 * dayMs, messageBytesMax: lambdaMessageBytesMax },
  deadLetters: {
    name: 'offbeat.dead-letters',
    retentionMs: 14 * dayMs,
    messageBytesMax: 10_000_000,
  },
} as const satisfies Readonly<Record<string, TopicRow>>;

/** Roles of topics in the flow, as `offbeat.yaml` names them: `beats`, `deadLetters`. */
export type TopicRole = keyof typeof rows;
/** Names of topics on the brokers: `offbeat.beats`. */
export type Topic = (typeof rows)[TopicRole]['name'];

/** Names of topics by their role. */
export const topics = Object.fromEntries(Object.entries(rows).map(([role, { name }]) => [role, name])) as {
  readonly [Role in TopicRole]: (typeof rows)[Role]['name'];
};

/** Partitions of each topic: fixed when the topic is created, because a key must keep its partition. */
export type PartitionCounts = Readonly<Record<Topic, number>>;

/** One partition for each topic: the layout of a single machine, and of tests that compare outputs byte by byte. */
export const onePartitionEach: PartitionCounts = byTopic(() => 1);

/**
 * Partitions of a deployment that names neither them nor a size. One partition of `samples` carries 100,000 series
 * (docs/scale.md), and each further one costs batches whatever is shipped.
 */
export const partitionsDefault = onePartitionEach;

/** Bytes of the largest record value, by topic, as the brokers are configured. */
export const messageBytesMax: Readonly<Record<Topic, number>> = byTopic((row) => row.messageBytesMax);

/** Milliseconds for which each topic keeps a record at least. */
export const retentionMs: Readonly<Record<Topic, number>> = byTopic((row) => row.retentionMs);

function byTopic(numberOf: (row: TopicRow) => number): Readonly<Record<Topic, number>> {
  const entries = Object.values(rows).map((row) => [row.name, numberOf(row)]);
  return Object.fromEntries(entries);
}

/** Kinds of entities that are compared with each other. */
const kindsWithPeers = new Set<Entity['kind']>(['chunkserver', 'broker', 'search-node']);

/** Returns whether the entities of a kind are compared with each other: their samples meet in one partition. */
export const comparesEntities = (kind: Entity['kind']): boolean => kindsWithPeers.has(kind);

/**
 * Returns the key of a sample or summary. Entities of a kind whose members are compared with each other share one key,
 * and so one partition; every other entity has a key of its own.
 */
export function sampleKey(entity: Entity): string {
  const kind = `${entity.cluster}/${entity.kind}`;
  return comparesEntities(entity.kind) ? kind : `${kind}/${entity.name}`;
}

/**
 * Returns the partition that Kafka's own producers pick for a key, so that their records and ours share partitions.
 * @see org.apache.kafka.common.utils.Utils.murmur2
 */
export function partitionOf(key: string | null, partitions: number): number {
  if (partitions === 1 || key === null) return 0;
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
}

/** Returns the 32-bit MurmurHash2 of bytes with Kafka's seed, as a signed integer, as Java does. */
export function murmur2(data: Uint8Array): number {
  const m = 0x5bd1e995;
  let h = (0x9747b28c ^ data.length) | 0;
  const whole = data.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    let k = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const rest = data.length - whole;
  if (rest === 3) h ^= data[whole + 2]! << 16;
  if (rest >= 2) h ^= data[whole + 1]! << 8;
  if (rest >= 1) h = Math.imul(h ^ data[whole]!, m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
}
