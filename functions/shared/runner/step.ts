import type { Layout, Settings } from '../domain/settings.ts';
import type { Effect, LogRecord } from '../log/record.ts';

/** What a step may know besides its records: nothing that changes while a log is replayed with the same settings. */
export interface StepContext {
  readonly settings: Settings;
  readonly layout: Layout;
  readonly topic: string;
  readonly partition: number;
}

/** State as it is stored: named blocks of bytes. Which block holds what is the step's own affair. */
export type Blocks = ReadonlyMap<string, Uint8Array>;

/**
 * The pure heart of a stateful stage: a fold over the records of one partition. No clock, no I/O, no randomness;
 * any split of the records into batches gives the same state and the same effects.
 */
export interface Step<State> {
  readonly stage: 'detect' | 'alert';
  /** State from its blocks; from none, the state of a partition never seen. */
  open(blocks: Blocks, context: StepContext): State;
  /**
   * Applies one record to `state`, which is the runner's own copy and may be changed in place.
   * @throws {RefusedRecordError} before anything was changed, if the record cannot be read
   */
  apply(state: State, record: LogRecord, context: StepContext): readonly Effect[];
  /** How often each reason to leave something out came up, over the partition's whole life: `late`, `tick not newer`. */
  counts(state: State): ReadonlyMap<string, number>;
  /** Blocks that differ from those stored; `null` for one that is no more. Calling it marks them as stored. */
  takeChanges(state: State): ReadonlyMap<string, Uint8Array | null>;
}
