import fc from 'fast-check';
import { mean, standardDeviation } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { spreadOf, tailScore } from '../../../functions/detect/z-score.ts';

describe('tailScore', () => {
  // Python 3.11: [float(1 - 1 / (1 + Fraction(z) ** 2)) for z in (...)], which is 1 less Cantelli's bound.
  it.each([
    [0, 0],
    [0.5, 0.2],
    [1, 0.5],
    [2, 0.8],
    [3, 0.9],
    [6, 0.972972972972973],
    [10, 0.9900990099009901],
    [1_000, 0.999999000001],
  ])('of %s spreads is %s', (z, score) => {
    expect(tailScore(z)).toBeCloseTo(score, 15);
  });

  it.each([-0.001, -5, Number.NEGATIVE_INFINITY])('of %s spreads is 0, because it is not above the mean', (z) => {
    expect(tailScore(z)).toBe(0);
  });

  it('stays below 1 however far a value is from the expected one', () => {
    expect(tailScore(Number.POSITIVE_INFINITY)).toBeLessThan(1);
  });

  // Boucheron et al. (2013), exercise 2.3: a distribution of two points attains Cantelli's bound. One value of 1 + z²
  // that is z standard deviations above the mean of z² zeros and itself has exactly the probability 1 / (1 + z²).
  it.each([1, 2, 3, 6])('is 1 less the probability of the rarest value %s standard deviations above a mean', (z) => {
    const values = [...Array(z * z).fill(0), 1 + z * z];
    expect((1 + z * z - mean(values)) / standardDeviation(values)).toBeCloseTo(z, 12);
    expect(1 - tailScore(z)).toBeCloseTo(1 / values.length, 12);
  });

  it('rises with z', () => {
    const z = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(z, z, (a, b) => {
        expect(tailScore(Math.max(a, b))).toBeGreaterThanOrEqual(tailScore(Math.min(a, b)));
      }),
    );
  });
});

describe('spreadOf', () => {
  // By hand: max(deviation, floor / threshold, 1e-9 * max(1, |expected|)).
  it.each([
    { deviation: 10, expected: 100, floor: 6, threshold: 6, spread: 10, because: 'the deviation is the largest' },
    { deviation: 2, expected: 100, floor: 30, threshold: 6, spread: 5, because: '1/6 of the floor is larger' },
    { deviation: 2, expected: 100, floor: 30, threshold: 20, spread: 2, because: '1/20 of the floor is smaller' },
    { deviation: 0, expected: 0, floor: 30, threshold: 6, spread: 5, because: 'the series never changed' },
    { deviation: 0, expected: 0, floor: 0, threshold: 6, spread: 1e-9, because: 'there is neither' },
    { deviation: 0, expected: -4e9, floor: 0, threshold: 6, spread: 4, because: 'the smallest spread is relative' },
  ])('is $spread for deviation $deviation, floor $floor and threshold $threshold, because $because', (row) => {
    expect(spreadOf(row.deviation, row.expected, row.floor, row.threshold)).toBeCloseTo(row.spread, 12);
  });

  it('makes a deviation of exactly the floor reach the threshold in a series that never changed', () => {
    expect(30 / spreadOf(0, 0, 30, 6)).toBe(6);
  });
});
