import type { Detector } from './detector.ts';

/** The field offsets within the doubles of the detector. */
const count = 0;
const mean = 1;
const variance = 2;

export interface EwmaOptions {
  /** The weight of the newest sample, in (0, 1]. About `1 / alpha` samples are remembered. */
  readonly alpha: number;
  /** The number of samples before the detector is ready, a whole number ≥ 1. */
  readonly warmUp: number;
}

/**
 * Returns a detector that keeps the exponentially weighted mean and variance of a series, one sample at a time.
 *
 *     delta    = value - mean
 *     mean     = mean + weight * delta
 *     variance = (1 - weight) * (variance + weight * delta ** 2)
 *
 * The weight is `alpha`, but `1 / n` for the n-th sample while that is more. So the first samples have equal weights,
 * and the very first one does not dominate. Time and memory are constant, whatever the length of the series.
 * @throws {RangeError} if alpha is not in (0, 1] or warmUp not a whole number ≥ 1
 * @example
 * const detector = ewma({ alpha: 0.5, warmUp: 1 });
 * const values = new Float64Array(detector.doubles);
 * for (const value of [10, 20, 15, 18]) detector.learn(values, 0, value);
 * detector.expected(values, 0); // => 16.5
 * @see Finch (2009), Incremental calculation of weighted mean and variance
 */
export function ewma({ alpha, warmUp }: EwmaOptions): Detector {
  if (!(alpha > 0 && alpha <= 1)) throw new RangeError(`alpha must be in (0, 1], got ${alpha}`);
  if (!Number.isInteger(warmUp) || warmUp < 1) throw new RangeError(`warmUp must be whole and ≥ 1, got ${warmUp}`);
  return {
    name: 'ewma',
    doubles: 3,
    isReady: (values, at) => values[at + count]! >= warmUp,
    expected: (values, at) => values[at + mean]!,
    deviation: (values, at) => Math.sqrt(values[at + variance]!),
    learn(values, at, value) {
      const seen = values[at + count]! + 1;
      const weight = seen * alpha < 1 ? 1 / seen : alpha;
      const delta = value - values[at + mean]!;
      values[at + count] = seen;
      values[at + mean] = values[at + mean]! + weight * delta;
      values[at + variance] = (1 - weight) * (values[at + variance]! + weight * delta * delta);
    },
    restart(values, at, value) {
      values[at + count] = 1;
      values[at + mean] = value;
      values[at + variance] = 0;
    },
  };
}
