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

/** What a consumer group reads and commits through: the embedded log, or what was fetched from a real broker. */
export interface Broker {
  /** Records from `offset` on (or from the first one still held), in order; at least one if there is any. */
  read(topic: string, partition: number, offset: number, limits: ReadLimits): readonly LogRecord[];
  /** The next offset the group wants; 0 before its first commit. */
  committed(group: string, topic: string, partition: number): number;
  /** Rejects, or throws, when it is not known to be kept: the records then come again. */
  commit(group: string, topic: string, partition: number, nextOffset: number): void | Promise<void>;
  /** The offset the next record will get. */
  endOffset(topic: string, partition: number): number;
}

/** What lanes of one stage read and commit through. */
export interface StageSource extends Broker {
  /** The partitions that are this process's to read now. */
  readonly assigned: readonly TopicPartition[];
  /** Why nothing can be read now, where that may be; a batch that fails is its lane's trouble. */
  readonly trouble?: string | undefined;
  /** Has `listener` called whenever more can be read. Absent where only looking tells. */
  onRecords?(listener: () => void): void;
}
