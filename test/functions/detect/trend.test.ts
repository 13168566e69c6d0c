import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRising, noteReading, type TrendOutcome } from '../../../functions/detect/trend.ts';
import { blankSeries } from './series.ts';

/** Notes readings in order. Returns the outcome of each, and whether the series counts as rising at the end. */
function follow(readings: readonly number[]): { readonly outcomes: TrendOutcome[]; readonly isRising: boolean } {
  const series = blankSeries();
  const outcomes = readings.map((raw, nth) => noteReading(series, raw, nth === 0 ? undefined : readings[nth - 1]));
  return { outcomes, isRising: isRising(series) };
}
const rising = (count: number, from = 1_000_000): number[] => Array.from({ length: count }, (_, nth) => from + nth);

describe('the trend of a series whose metric has no known kind', () => {
  it('is undecided while it only rises, and that of a counter from the 60th reading on', () => {
    const { outcomes } = follow(rising(61));
    expect(outcomes.slice(0, 59)).toEqual(Array(59).fill('undecided'));
    expect(outcomes.slice(59)).toEqual(['rises', 'difference']);
  });

  it('needs 30 rises, so that a series that rises now and then stays a gauge for longer', () => {
    const seldom = Array.from({ length: 100 }, (_, nth) => Math.floor(nth / 3));
    const { outcomes } = follow(seldom);
    expect(outcomes.indexOf('rises')).toBe(90);
    expect(outcomes.slice(10, 90)).toEqual(Array(80).fill('value'));
  });

  it('is that of a gauge if the value does not change, or falls now and then', () => {
    expect(follow(Array(200).fill(7)).outcomes.slice(1)).toEqual(Array(199).fill('value'));
    const waves = Array.from({ length: 200 }, (_, nth) => 100 + (nth % 10));
    expect(follow(waves).outcomes.slice(10)).toEqual(Array(190).fill('value'));
  });

  it.each([
    ['to nothing is a reset of a counter', 0, 'reset', true],
    ['to just below a tenth is a reset of a counter', 99_000, 'reset', true],
    ['to half makes a gauge of it', 500_000, 'falls', false],
    ['by one makes a gauge of it', 1_000_058, 'falls', false],
    ['below zero makes a gauge of it', -1, 'falls', false],
  ] as const)('a fall %s', (_name, to, outcome, stays) => {
    const { outcomes, isRising: is } = follow([...rising(60), to]);
    expect([outcomes.at(-1), is]).toEqual([outcome, stays]);
  });

  it('that began again before the 60th reading is still undecided', () => {
    const { outcomes } = follow([...rising(40), ...rising(20, 5)]);
    expect(outcomes.slice(0, 59)).toEqual(Array(59).fill('undecided'));
    expect(outcomes[59]).toBe('rises');
  });

  it('of a gauge that fell is judged while it rises, and may become that of a counter later', () => {
    const { outcomes } = follow([...rising(60), 500_000, ...rising(60)]);
    expect(outcomes.slice(61, 120)).toEqual(Array(59).fill('value'));
    expect(outcomes.at(-1)).toBe('rises');
  });

  it('is never that of a counter within 60 readings of a fall to more than a tenth', () => {
    const step = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 5 }) }, fc.integer({ min: -50, max: -1 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const readings: number[] = [1_000];
        for (const each of steps) readings.push(readings.at(-1)! + each);
        const fall = readings.findLastIndex(
          (raw, nth) => nth > 0 && raw < readings[nth - 1]! && raw >= readings[nth - 1]! / 10,
        );
        const needed = fall < 0 ? 60 : fall + 61;
        expect(follow(readings).isRising && readings.length < needed).toBe(false);
      }),
    );
  });
});
