/**
 * What learns a series. It knows nothing of thresholds and episodes, and scoring never teaches it: a sample is first
 * held against what is known, and only then, perhaps clipped, learned from. Its state is `doubles` numbers at `at` of
 * an array it shares with others, all zero before the first sample, so that a million series are plain memory.
 */
export interface Detector {
  readonly name: string;
  readonly doubles: number;
  /** Whether enough was learned for an expectation to mean something. */
  isReady(state: Float64Array, at: number): boolean;
  /** The value expected next, in the unit of the series. */
  expected(state: Float64Array, at: number): number;
  /** How far off it values usually are, ≥ 0, in the unit of the series. */
  deviation(state: Float64Array, at: number): number;
  /** @param value finite, in the unit of the series */
  learn(state: Float64Array, at: number, value: number): void;
  /** Forgets what was learned and begins at `value`, as when a new level is accepted. */
  restart(state: Float64Array, at: number, value: number): void;
}
