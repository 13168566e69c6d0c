/**
 * An algorithm that learns what is usual of a series. A detector knows nothing of thresholds and episodes, and asking
 * it changes nothing: a sample is first compared with what the detector expects, and only then learned, possibly
 * clipped.
 *
 * The numbers that a detector remembers are `doubles` elements of an array that many series share, from index `at` on.
 * All of them are 0 before the first sample. So a million series need no objects.
 */
export interface Detector {
  readonly name: string;
  /** The number of doubles that the detector remembers of a series. */
  readonly doubles: number;
  /** Returns whether the detector has learned enough samples to expect a value. */
  isReady(values: Float64Array, at: number): boolean;
  /** Returns the value expected next, in the unit of the series. */
  expected(values: Float64Array, at: number): number;
  /** Returns the usual distance of a value from the expected one, ≥ 0, in the unit of the series. */
  deviation(values: Float64Array, at: number): number;
  /**
   * Learns one more value.
   * @param value finite, in the unit of the series
   */
  learn(values: Float64Array, at: number, value: number): void;
  /** Forgets all values and learns `value` as the first one, for example when an episode becomes the new level. */
  restart(values: Float64Array, at: number, value: number): void;
}
