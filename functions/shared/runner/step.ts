import type { Settings } from '../domain/settings.ts';
import type { Layout } from '../log/layout.ts';
import type { Effect, LogRecord } from '../log/record.ts';

/** The inputs of a step besides its records. None of them changes while a log is replayed with the same settings. */
export interface StepContext {
  readonly settings: Settings;
  readonly layout: Layout;
  readonly topic: string;
  readonly partition: number;
}

/** A state as it is stored: named blocks of bytes. The step alone defines their names and contents. */
export type Blocks = ReadonlyMap<string, Uint8Array>;

/**
 * The pure part of a stage with state: a fold over the records of one partition. It uses no clock, no I/O and no
 * randomness. Any split of the records into batches gives the same state and the same effects.
 */
export interface Step<State> {
  readonly stage: 'detect' | 'alert';
  /** Returns the state that blocks contain; without blocks, the state of a new partition. */
  open(blocks: Blocks, context: StepContext): State;
  /**
   * Applies one record to `state`, which may be changed in place, and returns the effects.
   * @throws {RefusedRecordError} if the record cannot be read; `state` is not changed then
   */
  apply(state: State, record: LogRecord, context: StepContext): readonly Effect[];
  /**
   * Returns how often each reason to ignore a record or value applied since the partition began: `late`, `tick not
   * newer`.
   */
  counts(state: State): ReadonlyMap<string, number>;
  /** Returns the blocks that changed since the last call, `null` for one that was removed, and marks them as stored. */
  takeChanges(state: State): ReadonlyMap<string, Uint8Array | null>;
}
