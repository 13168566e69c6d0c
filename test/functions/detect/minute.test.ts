import { describe, expect, it } from 'vitest';
import {
  addDelta,
  addToMinute,
  noteVerdict,
  summarizeAndClear,
  sumOfMinute,
} from '../../../functions/detect/minute.ts';
import { blankVerdict, type Verdict } from '../../../functions/detect/verdict.ts';
import { rangeOfSummary } from '../../../functions/shared/domain/expected-range.ts';
import { blankSeries } from './series.ts';

const verdict = (expected: number, spread: number, score: number): Verdict => ({
  ...blankVerdict(),
  ready: true,
  expected,
  lower: expected - 3 * spread,
  upper: expected + 3 * spread,
  score,
});

describe('a minute of a gauge', () => {
  // pandas 3.1.1: Series(values).agg(['mean', 'min', 'max', 'last', 'count'])
  it.each([
    [[3, -1, 7.5], { avg: 3.1666666666666665, min: -1, max: 7.5, last: 7.5, count: 3 }],
    [[4, 10], { avg: 7, min: 4, max: 10, last: 10, count: 2 }],
    [[10, 4], { avg: 7, min: 4, max: 10, last: 4, count: 2 }],
    [[0.25], { avg: 0.25, min: 0.25, max: 0.25, last: 0.25, count: 1 }],
    [[-2, -3], { avg: -2.5, min: -3, max: -2, last: -3, count: 2 }],
    [[0], { avg: 0, min: 0, max: 0, last: 0, count: 1 }],
  ])('with the values %j has the summary %j', (values, summary) => {
    const series = blankSeries();
    for (const value of values) addToMinute(series, 1, value, blankVerdict());
    expect(summarizeAndClear(series, 1, false)).toEqual(summary);
  });

  it('without values has no summary', () => {
    expect(summarizeAndClear(blankSeries(), 0, false)).toBeUndefined();
  });

  it('is empty after its summary', () => {
    const series = blankSeries();
    addToMinute(series, 0, 5, verdict(4, 2, 0.5));
    summarizeAndClear(series, 0, false);
    expect(series.values.every((value) => value === 0)).toBe(true);
  });

  it('has the newest expected value and spread, and the highest score', () => {
    const series = blankSeries();
    addToMinute(series, 0, 1, verdict(10, 1, 0.2));
    addToMinute(series, 0, 1, verdict(20, 2, 0.9));
    addToMinute(series, 0, 1, verdict(30, 3, 0.5));
    expect(summarizeAndClear(series, 0, false)).toMatchObject({ expected: 30, spread: 3, score: 0.9 });
  });

  it('keeps the range of the values that are not off', () => {
    const series = blankSeries();
    addToMinute(series, 0, 1, verdict(10, 2, 0.2));
    const { expected, spread } = summarizeAndClear(series, 0, false)!;
    expect(rangeOfSummary(expected!, spread!)).toEqual({ expected: 10, lower: 4, upper: 16 });
  });

  it('has no expected value while the detector warms up', () => {
    const series = blankSeries();
    addToMinute(series, 0, 1, blankVerdict());
    expect(summarizeAndClear(series, 0, false)).not.toHaveProperty('expected');
  });

  it('does not touch the minute of the other parity, nor the neighbouring series', () => {
    const series = blankSeries();
    addToMinute(series, 0, 5, verdict(4, 2, 0.5));
    addToMinute(series, 1, 7, verdict(4, 2, 0.5));
    summarizeAndClear(series, 0, false);
    expect(summarizeAndClear(series, 1, false)).toMatchObject({ avg: 7, count: 1 });
    expect(series.values.every((value) => value === 0)).toBe(true);
  });
});

describe('a minute of a delta', () => {
  // By hand: the sum of a minute is its one value, and the count is that of the documents.
  it.each([
    [[1, 1, 1], { avg: 3, min: 3, max: 3, last: 3, count: 3 }],
    [[2.5], { avg: 2.5, min: 2.5, max: 2.5, last: 2.5, count: 1 }],
    [[1, -1], { avg: 0, min: 0, max: 0, last: 0, count: 2 }],
  ])('with the values %j has the summary %j', (values, summary) => {
    const series = blankSeries();
    for (const value of values) addDelta(series, 1, value);
    expect(sumOfMinute(series, 1)).toBe(summary.avg);
    expect(summarizeAndClear(series, 1, true)).toEqual(summary);
  });

  it('has the sum 0 before the first document', () => {
    expect(sumOfMinute(blankSeries(), 0)).toBe(0);
  });

  it('has the verdict on its sum', () => {
    const series = blankSeries();
    addDelta(series, 0, 5);
    noteVerdict(series, 0, verdict(4, 2, 0.5));
    expect(summarizeAndClear(series, 0, true)).toMatchObject({ avg: 5, expected: 4, spread: 2, score: 0.5 });
  });
});
