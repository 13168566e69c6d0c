import { dayMs } from '../domain/durations.ts';
import type { Entity } from '../domain/entity.ts';

/** Every topic by its role in the flow. */
export const topics = {
  beats: 'offbeat.beats',
  samples: 'offbeat.samples',
  summaries: 'offbeat.summaries',
  signals: 'offbeat.signals',
  alerts: 'offbeat.alerts',
  deadLetters: 'offbeat.dead-letters',
} as const;
export type Topic = (typeof topics)[keyof typeof topics];

/** Partitions of each topic: fixed at creation, because a key must keep its partition. */
export type PartitionCounts = Readonly<Record<Topic, number>>;

/** One of each: what a single machine needs, and what comparisons to the byte run with. */
export const onePartitionEach: PartitionCounts = {
  'offbeat.beats': 1,
  'offbeat.samples': 1,
  'offbeat.summaries': 1,
  'offbeat.signals': 1,
  'offbeat.alerts': 1,
  'offbeat.dead-letters': 1,
};

/**
 * Bytes of a message that Lambda hands on: it takes an event of 6 MiB, with every value in base64, which is a third more.
 * A larger one would stop its partition before any function saw it.
 */
const handedOnBytesMax = 4_500_000;

/** Bytes a message may have, as the broker is configured. */
export const messageBytesMax: Readonly<Record<Topic, number>> = {
  'offbeat.beats': handedOnBytesMax,
  'offbeat.samples': handedOnBytesMax,
  'offbeat.summaries': handedOnBytesMax,
  'offbeat.signals': handedOnBytesMax,
  'offbeat.alerts': handedOnBytesMax,
  'offbeat.dead-letters': 10_000_000,
};

/** How long each topic keeps a record at least. */
export const retentionMs: Readonly<Record<Topic, number>> = {
  'offbeat.beats': dayMs,
  'offbeat.samples': dayMs,
  'offbeat.summaries': dayMs,
  'offbeat.signals': 7 * dayMs,
  'offbeat.alerts': 30 * dayMs,
  'offbeat.dead-letters': 14 * dayMs,
};

const kindsWithPeers = new Set<Entity['kind']>(['chunkserver', 'broker', 'search-node']);

/** The key of samples and summaries: peers meet in one partition, all else is kept apart by entity. */
export function sampleKey(entity: Entity): string {
  const kind = `${entity.cluster}/${entity.kind}`;
  return kindsWithPeers.has(entity.kind) ? kind : `${kind}/${entity.name}`;
}

/**
 * The partition Kafka's own producers pick for a key, so that ours and theirs agree.
 * @see org.apache.kafka.common.utils.Utils.murmur2
 */
export function partitionOf(key: string | null, partitions: number): number {
  if (partitions === 1 || key === null) return 0;
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
}

/** 32-bit MurmurHash2 with Kafka's seed; returns a signed integer, as Java does. */
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
