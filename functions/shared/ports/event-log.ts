import type { OutgoingRecord } from '../log/record.ts';

/** A record that the broker refuses however often it is sent: it is too large or corrupt. */
export interface RefusedAppend {
  /** The index of the record among those passed in. */
  readonly index: number;
  readonly reason: string;
}

/** A log of records in topics and partitions: Kafka, or the embedded one. */
export interface EventLog {
  /**
   * Appends records, in order within each partition. The next chunk of a partition is sent only after the one before is
   * acknowledged, and nothing more after an error, so that the appended records are a prefix of those passed.
   * @returns the records that were refused; all others are acknowledged by all replicas
   * @throws {UnavailableError} if a record was not acknowledged in time, access was denied, or a topic does not exist
   */
  append(records: readonly OutgoingRecord[]): Promise<readonly RefusedAppend[]>;
  /** Returns the first offset that the partition still has; 0 for a partition without any record. */
  earliestOffset(topic: string, partition: number): Promise<number>;
}

/** Counts the records of a log without reading them. */
export interface RecordCounts {
  /**
   * Returns the number of records of a partition that were appended since a time, and that it still has. A record that was
   * appended twice counts twice.
   * @param sinceMs the earliest append time, inclusive
   * @throws {UnavailableError} if the log does not answer
   */
  countSince(topic: string, partition: number, sinceMs: number): Promise<number>;
}
