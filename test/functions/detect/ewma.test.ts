import fc from 'fast-check';
import { mean, variance } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { ewma } from '../../../functions/detect/ewma.ts';

/** Returns the mean and the variance after each value. */
function learned(alpha: number, values: readonly number[]): { means: number[]; variances: number[] } {
  const detector = ewma({ alpha, warmUp: 1 });
  const state = new Float64Array(detector.doubles);
  const means: number[] = [];
  const variances: number[] = [];
  for (const value of values) {
    detector.learn(state, 0, value);
    means.push(detector.expected(state, 0));
    variances.push(detector.deviation(state, 0) ** 2);
  }
  return { means, variances };
}

describe('ewma', () => {
  // Expected values from pandas 3.1.1: s = Series([10, 20, 15, 18]).ewm(alpha=0.5, adjust=False)
  //   s.mean()  10, 15, 15, 16.5      s.var(bias=True)  0, 25, 12.5, 8.5
  it('agrees with pandas once the weight is alpha', () => {
    const { means, variances } = learned(0.5, [10, 20, 15, 18]);
    expect(means).toEqual([10, 15, 15, 16.5]);
    for (const [nth, variance] of [0, 25, 12.5, 8.5].entries()) expect(variances[nth]).toBeCloseTo(variance, 12);
  });

  // pandas 3.1.1: s = Series([3, 3, 9, -1, 2.5]).ewm(alpha=0.5, adjust=False)
  //   s.mean()  3, 3, 6, 2.5, 2.5      s.var(bias=True)  0, 0, 9, 16.75, 8.375
  it('agrees with pandas on a constant beginning and a negative value', () => {
    const { means, variances } = learned(0.5, [3, 3, 9, -1, 2.5]);
    expect(means).toEqual([3, 3, 6, 2.5, 2.5]);
    for (const [nth, variance] of [0, 0, 9, 16.75, 8.375].entries()) expect(variances[nth]).toBeCloseTo(variance, 12);
  });

  // numpy 2.4.6, with the weights written out instead of the recursion, for alpha = 1/4 and n0 = 4:
  //   w[i] = (1 - alpha) ** (n - n0) / n0 for i < n0, else alpha * (1 - alpha) ** (n - 1 - i)
  //   m = np.average(v, weights=w)      np.average((v - m) ** 2, weights=w)
  it.each([
    [1, 4, 0],
    [2, 6, 4],
    [3, 6, 2.6666666666666665],
    [4, 5, 5],
    [5, 6.25, 8.4375],
    [6, 6.1875, 6.33984375],
    [7, 4.890625, 9.800537109375],
  ])('has after %s of seven samples the mean %s and the variance %s that numpy computes', (count, mean, variance) => {
    const { means, variances } = learned(0.25, [4, 8, 6, 2, 10, 6, 1].slice(0, count));
    expect(means.at(-1)).toBeCloseTo(mean, 12);
    expect(variances.at(-1)).toBeCloseTo(variance, 12);
  });

  // Plain mean and population variance: [2, 4, 4, 4, 5, 5, 7, 9] has mean 5 and variance 4.
  it('gives the first samples equal weights while 1 / n is more than alpha', () => {
    const { means, variances } = learned(0.01, [2, 4, 4, 4, 5, 5, 7, 9]);
    expect(means.at(-1)).toBeCloseTo(5, 12);
    expect(variances.at(-1)).toBeCloseTo(4, 12);
  });

  it('has the plain mean and population variance of all samples for as long as 1 / n is more than alpha', () => {
    const alpha = fc.double({ min: 0.005, max: 1, minExcluded: true, noNaN: true });
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(alpha, values, (alpha, values) => {
        const alike = values.filter((_, nth) => nth === 0 || (nth + 1) * alpha < 1);
        const { means, variances } = learned(alpha, alike);
        const size = Math.max(1, ...alike.map(Math.abs));
        expect(Math.abs(means.at(-1)! - mean(alike))).toBeLessThanOrEqual(1e-12 * size);
        expect(Math.abs(variances.at(-1)! - variance(alike))).toBeLessThanOrEqual(1e-12 * size ** 2);
      }),
    );
  });

  it('is ready after its warm-up and not before', () => {
    const detector = ewma({ alpha: 0.1, warmUp: 3 });
    const state = new Float64Array(detector.doubles);
    const ready = [1, 2, 3].map((value) => {
      detector.learn(state, 0, value);
      return detector.isReady(state, 0);
    });
    expect(ready).toEqual([false, false, true]);
  });

  it('starts again with the value of a restart', () => {
    const detector = ewma({ alpha: 0.1, warmUp: 2 });
    const state = new Float64Array(detector.doubles);
    for (const value of [1, 2, 3]) detector.learn(state, 0, value);
    detector.restart(state, 0, 50);
    expect([detector.expected(state, 0), detector.deviation(state, 0), detector.isReady(state, 0)]).toEqual([
      50,
      0,
      false,
    ]);
  });

  it.each([0, -0.1, 1.1, Number.NaN])('refuses an alpha of %s', (alpha) => {
    expect(() => ewma({ alpha, warmUp: 1 })).toThrow(`alpha must be in (0, 1], got ${alpha}`);
  });

  it.each([0, 1.5, Number.NaN])('refuses a warm-up of %s samples', (warmUp) => {
    expect(() => ewma({ alpha: 0.5, warmUp })).toThrow(`warmUp must be whole and ≥ 1, got ${warmUp}`);
  });
});
