import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addToTrend, forecastOf, newTrend } from '../../../functions/detect/fill-trend.ts';

const minute = 60_000;
const start = 1_700_000_000_000;

/** Returns the trend of levels that are a minute apart. */
function trendOf(levels: readonly number[]) {
  const trend = newTrend();
  for (const [nth, level] of levels.entries()) addToTrend(trend, start + nth * minute, level);
  return trend;
}

describe('the trend of a capacity', () => {
  it('is full when the line through its samples is', () => {
    const levels = Array.from({ length: 240 }, (_, nth) => 0.5 + (0.06 * nth) / 60);
    // By hand: 6 % an hour from 73.9 % on.
    const found = forecastOf(trendOf(levels), levels.at(-1)!, 1)!;
    expect(found.hours).toBeCloseTo((1 - levels.at(-1)!) / 0.06, 6);
    expect(found.soonest).toBeCloseTo(found.hours, 4);
    expect(found.latest).toBeCloseTo(found.hours, 4);
  });

  it('agrees with a weighted regression over all samples', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 30, maxLength: 200 }), (levels) => {
        const trend = trendOf(levels);
        const points = levels.map((level, nth) => ({
          time: (nth - levels.length + 1) / 60,
          level,
          weight: 2 ** ((nth - levels.length + 1) / 60 / 6),
        }));
        const sum = (of: (point: (typeof points)[number]) => number) =>
          points.reduce((total, point) => total + point.weight * of(point), 0);
        const weight = sum(() => 1);
        const [time, level] = [sum((one) => one.time) / weight, sum((one) => one.level) / weight];
        expect(trend.weight).toBeCloseTo(weight, 8);
        expect(trend.time).toBeCloseTo(time, 8);
        expect(trend.timeTime).toBeCloseTo(
          sum((one) => (one.time - time) ** 2),
          8,
        );
        expect(trend.timeLevel).toBeCloseTo(
          sum((one) => (one.time - time) * (one.level - level)),
          8,
        );
        expect(trend.levelLevel).toBeCloseTo(
          sum((one) => (one.level - level) ** 2),
          8,
        );
      }),
    );
  });

  it('forecasts nothing before an hour, and nothing where the level does not rise', () => {
    const rising = (count: number) => Array.from({ length: count }, (_, nth) => 0.5 + nth / 1_000);
    expect(forecastOf(trendOf(rising(60)), 0.6, 1)).toBeUndefined();
    expect(forecastOf(trendOf(rising(61)), 0.6, 1)).toBeDefined();
    expect(forecastOf(trendOf(Array(100).fill(0.5)), 0.5, 1)).toBeUndefined();
    expect(forecastOf(trendOf(rising(100).reverse()), 0.5, 1)).toBeUndefined();
  });

  it('forecasts nothing once the level lags an hour behind the line, because it has stopped rising', () => {
    const levels = Array.from({ length: 300 }, (_, nth) => 0.3 + nth / 600);
    const flatFor = (minutes: number) => [...levels, ...Array(minutes).fill(0.8)];
    expect(forecastOf(trendOf(flatFor(60)), 0.8, 1)).toBeDefined();
    expect(forecastOf(trendOf(flatFor(100)), 0.8, 1)).toBeUndefined();
  });

  it('goes on where the level rises in steps of an hour', () => {
    const levels = Array.from({ length: 600 }, (_, nth) => 0.3 + 0.05 * Math.floor(nth / 60));
    for (let count = 120; count < levels.length; count += 7) {
      const known = levels.slice(0, count);
      expect(forecastOf(trendOf(known), known.at(-1)!, 1)).toBeDefined();
    }
  });

  it('has no latest time where noise alone explains the rise', () => {
    const noise = Array.from({ length: 120 }, (_, nth) => 0.5 + 0.01 * Math.sin(7 * nth) + nth / 1e6);
    expect(forecastOf(trendOf(noise), 0.5, 1)?.latest ?? Number.POSITIVE_INFINITY).toBe(Number.POSITIVE_INFINITY);
  });
});
