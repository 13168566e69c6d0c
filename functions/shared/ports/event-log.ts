import type { OutgoingRecord } from '../log/record.ts';

/** A record the broker will never take, for a reason of its own: too large, corrupt. */
export interface RefusedAppend {
  /** Index into the records that were passed in. */
  readonly index: number;
  readonly reason: string;
}

/** Kafka, as the stages see it. */
export interface EventLog {
  /**
   * Appends in order. Within one partition one chunk is in flight and the next is sent only after it is acknowledged;
   * after an error nothing more goes to that partition, so that what arrived is a prefix of what was passed.
   * @returns what was refused for good; all else is acknowledged by all replicas
   * @throws {UnavailableError} when something was not acknowledged in time, denied, or the topic is unknown
   */
  append(records: readonly OutgoingRecord[]): Promise<readonly RefusedAppend[]>;
  /** The first offset the partition still holds; 0 for one that never held a record. */
  earliestOffset(topic: string, partition: number): Promise<number>;
}
