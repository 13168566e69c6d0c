import { describe, expect, it } from 'vitest';
import { detector, type SeriesValues, samplesToLearn, slot } from '../../../functions/detect/slot.ts';
import { blankVerdict, judge, learn, type Verdict } from '../../../functions/detect/verdict.ts';
import { blankSeries, ruleWith } from './series.ts';

/** Returns a series with twenty samples, 8 and 12 in turns. numpy 2.4.6: mean 10, population standard deviation 2. */
function learnedSeries(): SeriesValues {
  const series = blankSeries();
  for (let nth = 0; nth < samplesToLearn; nth += 1) {
    detector.learn(series.values, series.at + slot.detector, nth % 2 === 0 ? 8 : 12);
  }
  return series;
}

function verdictOn(value: number, fields: Parameters<typeof ruleWith>[0] = {}): Verdict {
  const verdict = blankVerdict();
  judge(learnedSeries(), value, ruleWith(fields), verdict);
  return verdict;
}

describe('the verdict on a value of a series with mean 10 and deviation 2', () => {
  // By hand: z = (value - 10) / spread; the score is 1 - 1 / (1 + z²) of the side that counts; off from 6 spreads on.
  it.each([
    { value: 10, fields: {}, spread: 2, z: 0, score: 0, off: false },
    { value: 13, fields: {}, spread: 2, z: 1.5, score: 9 / 13, off: false },
    { value: 21.9, fields: {}, spread: 2, z: 5.95, score: 35.4025 / 36.4025, off: false },
    { value: 22, fields: {}, spread: 2, z: 6, score: 36 / 37, off: true },
    { value: -2, fields: {}, spread: 2, z: -6, score: 36 / 37, off: true },
    { value: -2, fields: { direction: 'up' }, spread: 2, z: -6, score: 0, off: false },
    { value: 22, fields: { direction: 'down' }, spread: 2, z: 6, score: 0, off: false },
    { value: -2, fields: { direction: 'down' }, spread: 2, z: -6, score: 36 / 37, off: true },
    { value: 22, fields: { threshold: 12 }, spread: 2, z: 6, score: 36 / 37, off: false },
    { value: 22, fields: { floor: 24 }, spread: 4, z: 3, score: 0.9, off: false },
    { value: 34, fields: { floor: 24 }, spread: 4, z: 6, score: 36 / 37, off: true },
    { value: 22, fields: { relativeFloor: 2.4 }, spread: 4, z: 3, score: 0.9, off: false },
    { value: 22, fields: { floor: 12, relativeFloor: 2.4 }, spread: 4, z: 3, score: 0.9, off: false },
  ] as const)('of $value by $fields is z $z, score $score and off $off', ({ value, fields, spread, z, score, off }) => {
    const verdict = verdictOn(value, fields);
    expect(verdict).toMatchObject({ ready: true, off });
    expect(verdict.expected).toBeCloseTo(10, 12);
    expect(verdict.spread).toBeCloseTo(spread, 12);
    expect(verdict.z).toBeCloseTo(z, 12);
    expect(verdict.score).toBeCloseTo(score, 12);
  });

  it('is not ready for a metric that is never judged', () => {
    expect(verdictOn(1_000, { isJudged: false })).toMatchObject({ ready: false, off: false, score: 0 });
  });

  it('changes no double of the series', () => {
    const series = learnedSeries();
    const before = series.values.slice();
    judge(series, 1_000, ruleWith(), blankVerdict());
    expect(series.values).toEqual(before);
  });
});

describe('a series with 19 samples', () => {
  it('has no verdict, and one after the twentieth', () => {
    const series = blankSeries();
    const verdict = blankVerdict();
    const ready = Array.from({ length: 20 }, () => {
      judge(series, 1, ruleWith(), verdict);
      learn(series, 1, verdict, false);
      return verdict.ready;
    });
    judge(series, 1, ruleWith(), verdict);
    expect([ready.includes(true), verdict.ready]).toEqual([false, true]);
  });
});

describe('learning a value', () => {
  // numpy 2.4.6: v = np.append([8, 12] * 10, np.clip(value, 4, 16)); v.mean(), v.std()
  it.each([
    [13, false, 10.142857142857142, 2.053700824080745],
    [16, false, 10.285714285714286, 2.3328473740792175],
    [21.9, false, 10.566666666666666, 3.198710057467858],
    [22, true, 10.285714285714286, 2.3328473740792175],
    [100, true, 10.285714285714286, 2.3328473740792175],
    [-100, true, 9.714285714285714, 2.3328473740792175],
  ])('of %s (off: %s) gives the mean %s and the deviation %s', (value, off, mean, deviation) => {
    const series = learnedSeries();
    const verdict = blankVerdict();
    judge(series, value, ruleWith(), verdict);
    expect(verdict.off).toBe(off);
    learn(series, value, verdict, false);
    expect(detector.expected(series.values, series.at + slot.detector)).toBeCloseTo(mean, 12);
    expect(detector.deviation(series.values, series.at + slot.detector)).toBeCloseTo(deviation, 12);
  });

  it('does not happen during an episode if the value is off, and happens if it is not', () => {
    const series = learnedSeries();
    const before = series.values.slice();
    const verdict = blankVerdict();
    judge(series, 100, ruleWith(), verdict);
    learn(series, 100, verdict, true);
    expect(series.values).toEqual(before);
    judge(series, 11, ruleWith(), verdict);
    learn(series, 11, verdict, true);
    expect(series.values).not.toEqual(before);
  });
});
