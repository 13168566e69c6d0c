/** One entry of a Kafka log, decoded from Lambda's envelope. */
export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Broker time: all our topics use LogAppendTime. */
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

/** A topic record that a step wants sent. The runner picks the partition by its key unless the effect names one. */
export interface Effect {
  readonly topic: string;
  readonly partition?: number;
  readonly key: string | null;
  readonly value: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** The names of the headers that Offbeat's own records carry. */
export const header = {
  /** `sample/1` and so on; absent means a foreign beat. */
  schema: 'schema',
  /** See `position.ts`. */
  position: 'position',
  /** Of a record without a position (command, redrive): made by its sender, counted once within 24 h. */
  id: 'id',
  /** Broker time, ms, of the record this one was made from. */
  sourceTime: 'source-time',
  /** Of an anomaly: the partition of detect that speaks, by whose time it is believed. */
  detectPartition: 'detect-partition',
  /** The cluster a replayed beat belongs to; exempts it from the check against broker time. */
  replay: 'replay',
} as const;
