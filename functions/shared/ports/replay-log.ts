import type { OutgoingRecord } from '../log/record.ts';

/** How far a replay is. */
export interface ReplayProgress {
  /** Of the recording and the cluster it is replayed as. */
  readonly hash: string;
  readonly cluster: string;
  /** Wall-clock time of its first start, ms: what a recording says of its own time is judged by it ever after. */
  readonly startedMs: number;
  /** The last line that lies in `beats`; 0 before the first. */
  readonly lastLine: number;
  /** Whether its end lies there too. */
  readonly done: boolean;
}

/** Where a replay goes. */
export interface ReplayLog {
  /** @returns `undefined` for a replay that never began */
  progress(hash: string): ReplayProgress | undefined;
  /** Whether a replay as this cluster began and has not come to its end. */
  hasUnfinished(cluster: string): boolean;
  /**
   * Appends and notes how far it came, both or neither.
   * @returns indices of what the log will never take
   */
  append(records: readonly OutgoingRecord[], progress: ReplayProgress): Promise<readonly number[]>;
}
