import type { Topic } from './topics.ts';

/** One entry of a Kafka log, decoded from Lambda's envelope. */
export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Append time: all topics use LogAppendTime. Ms since the epoch. */
  readonly timestampMs: number;
  readonly key: string | null;
  /** `null` is a tombstone. */
  readonly value: Buffer | null;
  /** Last one wins where a name repeats. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A record to be appended; its partition is fixed before it is sent, so that a second try goes to the same place. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: string | null;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A topic record that a step wants sent. The runner picks the partition by the key, unless the effect names one. */
export interface Effect {
  readonly topic: Topic;
  readonly partition?: number;
  readonly key: string | null;
  readonly value: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The names of the headers that Offbeat's own records carry. All of them begin with `offbeat-`: shippers and proxies put
 * headers of their own on `beats`, and none of those means anything here.
 */
export const header = {
  /** `sample/1` and so on; absent on a document. */
  schema: 'offbeat-schema',
  /** See `position.ts`. */
  position: 'offbeat-position',
  /** The id of a command, which has no position: made by its sender and counted once within 24 h. */
  id: 'offbeat-id',
  /** Append time, ms, of the record that this one was made from. */
  sourceTime: 'offbeat-source-time',
  /** The detect partition that reports an anomaly; the anomaly expires by the time of that partition. */
  detectPartition: 'offbeat-detect-partition',
  /** The lane that a sample or a tick came through, `3/8`; see `lane.ts`. */
  lane: 'offbeat-lane',
  /** Of an anomaly: the newest tick of its lane when it was reported, ms. */
  tick: 'offbeat-tick',
  /** The cluster that a replayed document belongs to; exempts it from the check against append time. */
  replay: 'offbeat-replay',
} as const;
