import type { LogRecord } from '../log/record.ts';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** The most that one read returns. */
export interface ReadLimits {
  readonly recordsMax: number;
  /** The bytes of keys and values together. One record is returned in any case. */
  readonly bytesMax: number;
}

/** A log as consumer groups read it: the embedded log, or the records that were fetched from a real broker. */
export interface Broker {
  /** Returns records from `offset` on, or from the earliest that exists, in order; at least one if there is any. */
  read(topic: string, partition: number, offset: number, limits: ReadLimits): readonly LogRecord[];
  /** Returns the next offset of the group; 0 before its first commit. */
  committed(group: string, topic: string, partition: number): number;
  /** Stores the next offset of the group. Throws, or rejects, if it may not be stored; the records are then repeated. */
  commit(group: string, topic: string, partition: number, nextOffset: number): void | Promise<void>;
  /** Returns the offset that the next appended record gets. */
  endOffset(topic: string, partition: number): number;
}

/** A log as the partition pollers of one stage read it. */
export interface StageSource extends Broker {
  /** The partitions that are assigned to this process now. */
  readonly assigned: readonly TopicPartition[];
  /** The reason why nothing can be read now, if so. A batch that fails is reported by its partition poller instead. */
  readonly trouble?: string | undefined;
  /** Calls `listener` whenever more can be read. Absent for a log that has to be polled. */
  onRecords?(listener: () => void): void;
}
