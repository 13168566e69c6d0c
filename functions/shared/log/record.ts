import type { Topic } from './topics.ts';

/** One entry of a Kafka log, decoded from Lambda's envelope. */
export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The append time, in ms since 1970: all topics use LogAppendTime. */
  readonly timestampMs: number;
  readonly key: string | null;
  /** The bytes of the value; `null` for a tombstone. */
  readonly value: Buffer | null;
  /** The headers. Where a name repeats, the last one wins. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A record to append. Its partition is fixed before it is sent, so that a second try goes to the same partition. */
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
 * The names of the headers of Offbeat's own records. All begin with `offbeat-`: shippers and proxies add other headers to
 * records of `beats`, and those are ignored.
 */
export const header = {
  /** The name and version of the value's schema, such as `sample/2`; absent on a document. */
  schema: 'offbeat-schema',
  /** The position of the record; see `position.ts`. */
  position: 'offbeat-position',
  /** The id of a command, which has no position. Its sender makes it, and it counts once within 24 h. */
  id: 'offbeat-id',
  /** The append time, ms, of the record from which this one was made. */
  sourceTime: 'offbeat-source-time',
  /** The detect partition that reports an anomaly; the anomaly expires by the time of that partition. */
  detectPartition: 'offbeat-detect-partition',
  /** The lane of a sample or a tick, `3/8`; see `lane.ts`. */
  lane: 'offbeat-lane',
  /** The newest tick, ms, of an anomaly's lane when the anomaly was reported. */
  tick: 'offbeat-tick',
  /** The cluster of a replayed document. With this header its time is not compared with its append time. */
  replay: 'offbeat-replay',
  /** Means that a sample is of the past: detect learns it and reports nothing, and no other stage reads it. */
  history: 'offbeat-history',
} as const;
