import { describe, expect, it } from 'vitest';
import { SeriesDetector } from '../../../functions/detect/detector/series-detector.ts';
import type { SeriesRule } from '../../../functions/detect/rule.ts';
import { blankVerdict, setVerdict, type Verdict } from '../../../functions/detect/verdict.ts';
import { ruleWith } from './series.ts';

const periodMs = 10_000;

/** Returns the verdict on a value after 2,000 values, 8 and 12 in turns: mean 10, usual distance 2. */
function verdictOn(value: number, fields: Partial<SeriesRule> = {}, before = 2_000): Verdict {
  const rule = ruleWith(fields);
  const detector = new SeriesDetector(rule);
  for (let nth = 0; nth < before; nth += 1) detector.next(nth * periodMs, nth % 2 === 0 ? 8 : 12);
  const verdict = blankVerdict();
  setVerdict(detector.next(before * periodMs, value), value, rule, verdict);
  return verdict;
}

describe('the verdict on a value of a series with mean 10 and usual distance 2', () => {
  // By hand: the range is 10 ± max(3 * 2 / sensitivity, floor), and z = (value - 10) / 2.
  it.each([
    { fields: {}, lower: 4, upper: 16 },
    { fields: { sensitivity: 2 }, lower: 7, upper: 13 },
    { fields: { floor: 8 }, lower: 4, upper: 18 },
    { fields: { relativeFloor: 0.9 }, lower: 1, upper: 19 },
  ])('has by $fields the range $lower to $upper, and a distance in usual distances', ({ fields, lower, upper }) => {
    const verdict = verdictOn(24, fields);
    expect(verdict.expected).toBeCloseTo(10, 0);
    expect([verdict.lower, verdict.upper]).toEqual([expect.closeTo(lower, 0), expect.closeTo(upper, 0)]);
    expect(verdict.z).toBeCloseTo(7, 0);
    expect(verdictOn(-4, fields).z).toBeCloseTo(-7, 0);
  });

  it('has a score below 1 that rises with the distance', () => {
    const scores = [10, 20, 40, 1e9].map((value) => verdictOn(value).score);
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    expect(scores.at(-1)).toBeLessThan(1);
  });

  it('has a distance of at most 1000', () => {
    expect(verdictOn(1e12).z).toBe(1_000);
    expect(verdictOn(-1e12).z).toBe(-1_000);
  });

  it('is not ready before 50 values', () => {
    expect([verdictOn(10, {}, 49).ready, verdictOn(10, {}, 50).ready]).toEqual([false, true]);
  });
});

it('the range of an open episode is that of its beginning, however much its values vary', () => {
  const rule = ruleWith();
  const detector = new SeriesDetector(rule);
  const verdict = blankVerdict();
  const values = Array.from({ length: 100 }, (_, nth) => (nth % 2 === 0 ? 8 : 12));
  const trouble = [60, 90, 20, 100, 70, 30];
  for (const [nth, value] of [...values, ...trouble].entries()) {
    setVerdict(detector.next(nth * periodMs, value), value, rule, verdict);
  }
  // Until it pages, it follows the present by a five-hundredth with each value.
  expect(verdict.lower).toBeGreaterThan(3);
  expect(verdict.upper).toBeLessThan(17);
});
