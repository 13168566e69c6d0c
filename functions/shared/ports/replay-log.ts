import type { OutgoingRecord } from '../log/record.ts';

/** The progress of a replay. */
export interface ReplayProgress {
  /** A hash of the recording and the cluster as which it is replayed. */
  readonly hash: string;
  readonly cluster: string;
  /**
   * The wall-clock time of the first start, in ms. The times in the recording are compared with it at each later
   * start.
   */
  readonly startedMs: number;
  /** The number of the last line that was appended to `beats`; 0 before the first. */
  readonly lastLine: number;
  /** The flag is true if the record of its end was appended too. */
  readonly done: boolean;
}

/** A log to which a replay is appended, with its progress. */
export interface ReplayLog {
  /** Returns the progress of a replay, or `undefined` if it never began. */
  progress(hash: string): ReplayProgress | undefined;
  /** Returns whether a replay as this cluster began and did not end. */
  hasUnfinished(cluster: string): boolean;
  /**
   * Appends records and stores the progress, both or neither.
   * @returns the indices of the records that the log refused
   */
  append(records: readonly OutgoingRecord[], progress: ReplayProgress): Promise<readonly number[]>;
}
