import type { Detector } from './detector.ts';

const count = 0;
const mean = 1;
const variance = 2;

export interface EwmaOptions {
  /** Weight of the newest sample, in (0, 1]: about `1 / alpha` samples are remembered. */
  readonly alpha: number;
  /** Samples before it has an expectation. */
  readonly warmUp: number;
}

/**
 * Exponentially weighted mean and variance of one series, one sample at a time.
 *
 *     delta    = value - mean
 *     mean     = mean + weight * delta
 *     variance = (1 - weight) * (variance + weight * delta ** 2)
 *
 * The weight is `alpha`, but `1 / n` for the n-th sample while that is more: the first samples count alike instead of
 * the very first one dominating. `O(1)` in time and memory, whatever the length of the series.
 * @throws {RangeError} if alpha is not in (0, 1] or warmUp not a whole number ≥ 1
 * @see Finch (2009), Incremental calculation of weighted mean and variance
 */
export function ewma({ alpha, warmUp }: EwmaOptions): Detector {
  if (!(alpha > 0 && alpha <= 1)) throw new RangeError(`alpha must be in (0, 1], got ${alpha}`);
  if (!Number.isInteger(warmUp) || warmUp < 1) throw new RangeError(`warmUp must be whole and ≥ 1, got ${warmUp}`);
  return {
    name: 'ewma',
    doubles: 3,
    isReady: (state, at) => state[at + count]! >= warmUp,
    expected: (state, at) => state[at + mean]!,
    deviation: (state, at) => Math.sqrt(state[at + variance]!),
    learn(state, at, value) {
      const seen = state[at + count]! + 1;
      const weight = seen * alpha < 1 ? 1 / seen : alpha;
      const delta = value - state[at + mean]!;
      state[at + count] = seen;
      state[at + mean] = state[at + mean]! + weight * delta;
      state[at + variance] = (1 - weight) * (state[at + variance]! + weight * delta * delta);
    },
    restart(state, at, value) {
      state[at + count] = 1;
      state[at + mean] = value;
      state[at + variance] = 0;
    },
  };
}
