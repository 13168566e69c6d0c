import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridOf, stepAt } from '../../../../../functions/api/queries/charts/grid.ts';
import { periodOf, type Reading, stepsOf } from '../../../../../functions/api/queries/charts/steps.ts';
import { dayMs } from '../../../../../functions/shared/domain/durations.ts';

const ranges = fc
  .tuple(fc.integer({ min: 0, max: 2e12 }), fc.integer({ min: 1, max: 400 * dayMs }))
  .map(([fromMs, lengthMs]) => ({ fromMs, toMs: fromMs + lengthMs }));

describe('a grid', () => {
  it('a grid covers its range with steps of one length, and never with more than are asked for', () => {
    fc.assert(
      fc.property(
        ranges,
        fc.integer({ min: 10, max: 2_000 }),
        fc.constantFrom(0, 10_000, 60_000),
        (range, points, least) => {
          const { stepMs, times } = gridOf(range, points, least);
          expect(times.length).toBeLessThanOrEqual(points);
          expect(stepMs).toBeGreaterThanOrEqual(least);
          expect(times[0]!).toBeLessThanOrEqual(range.fromMs);
          expect(times[0]! + stepMs).toBeGreaterThan(range.fromMs);
          expect(times.at(-1)! + stepMs).toBeGreaterThanOrEqual(range.toMs);
          expect(times.at(-1)!).toBeLessThan(range.toMs);
          expect(times.every((time, nth) => time === times[0]! + nth * stepMs)).toBe(true);
        },
      ),
    );
  });

  it.each([
    [15 * 60_000, 300, 10_000, 10_000],
    [15 * 60_000, 60, 10_000, 15_000],
    [60 * 60_000, 300, 10_000, 15_000],
    [6 * 3_600_000, 300, 10_000, 120_000],
    [dayMs, 300, 60_000, 300_000],
    [7 * dayMs, 300, 60_000, 3_600_000],
    [365 * dayMs, 300, 3_600_000, 2 * dayMs],
  ])('%d ms in %d steps of at least %d ms are steps of %d ms', (lengthMs, points, least, stepMs) => {
    expect(gridOf({ fromMs: 0, toMs: lengthMs }, points, least).stepMs).toBe(stepMs);
  });
});

/** Readings of one series: a period of 10 s, from which some readings are missing. */
const series = fc
  .array(
    fc.record({ value: fc.double({ min: -1e9, max: 1e9, noNaN: true }), isMissing: fc.boolean(), lateMs: fc.nat(900) }),
    {
      minLength: 1,
      maxLength: 200,
    },
  )
  .map((all) =>
    all.flatMap(({ value, isMissing, lateMs }, nth): Reading[] =>
      isMissing ? [] : [{ timeMs: nth * 10_000 + lateMs, value }],
    ),
  );

describe('the steps of a series', () => {
  it('keep the least and the greatest value of each step, and a mean between them', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 10, max: 100 }), (readings, points) => {
        const grid = gridOf({ fromMs: 0, toMs: 2_000_000 }, points, 10_000);
        const { values, min = values, max = values } = stepsOf(readings, grid, 10_000);
        const inStep = Map.groupBy(readings, ({ timeMs }) => stepAt(grid, timeMs));
        for (const [step, own] of inStep) {
          const all = own.map(({ value }) => value);
          expect(min[step]).toBe(Math.min(...all));
          expect(max[step]).toBe(Math.max(...all));
          expect(values[step]).toBeGreaterThanOrEqual(min[step]!);
          expect(values[step]).toBeLessThanOrEqual(max[step]!);
        }
        expect([values.length, min.length, max.length]).toEqual(Array(3).fill(grid.times.length));
      }),
    );
  });

  it('have no value where two readings or more are missing, and the value before where fewer are', () => {
    fc.assert(
      fc.property(series, (readings) => {
        const grid = gridOf({ fromMs: 0, toMs: 2_000_000 }, 2_000, 10_000);
        const { values } = stepsOf(readings, grid, 10_000);
        const steps = readings.map(({ timeMs }) => stepAt(grid, timeMs));
        for (const [nth, step] of steps.entries()) {
          const missing = (steps[nth + 1] ?? Number.POSITIVE_INFINITY) - step - 1;
          if (missing === 1) expect(values[step + 1]).toBe(readings[nth]!.value);
          // The last reading, or one before a gap, stands for one period, whose end may lie in the next step.
          if (missing >= 2) expect(values[step + 2] ?? null).toBeNull();
        }
        for (let step = 0; step < (steps[0] ?? grid.times.length); step += 1) expect(values[step]).toBeNull();
      }),
    );
  });

  it('have extremes only if a step has more than one value', () => {
    const grid = gridOf({ fromMs: 0, toMs: 100_000 }, 10, 10_000);
    const one = [
      { timeMs: 0, value: 1 },
      { timeMs: 10_000, value: 2 },
    ];
    expect(stepsOf(one, grid, 10_000)).toEqual({ values: [1, 2, ...Array(8).fill(null)] });
    const minutes = [{ timeMs: 0, value: 5, min: 1, max: 9 }];
    expect(stepsOf(minutes, grid, 10_000)).toMatchObject({
      min: [1, ...Array(9).fill(null)],
      max: [9, ...Array(9).fill(null)],
    });
  });

  it('of a slower series hold each value until the next one', () => {
    const grid = gridOf({ fromMs: 0, toMs: 200_000 }, 20, 10_000);
    const minutes = [0, 60_000, 120_000].map((timeMs, nth) => ({ timeMs, value: nth }));
    const held = [0, 1, 2].flatMap((value) => Array(6).fill(value));
    expect(stepsOf(minutes, grid, 60_000).values).toEqual([...held, null, null]);
  });

  it('count no reading outside of the grid, and hold the one before it', () => {
    const grid = gridOf({ fromMs: 60_000, toMs: 120_000 }, 6, 10_000);
    const readings = [-60_000, 0, 60_000, 120_000].map((timeMs) => ({
      timeMs: timeMs + 30_000,
      value: timeMs / 60_000,
    }));
    expect(stepsOf(readings, grid, 60_000).values).toEqual([0, 0, 0, 1, 1, 1]);
  });
});

describe('a period', () => {
  it('is the median of the intervals', () => {
    expect(periodOf([])).toBe(0);
    expect(periodOf([{ timeMs: 5 }])).toBe(0);
    expect(periodOf([0, 10, 20, 500, 510].map((timeMs) => ({ timeMs })))).toBe(10);
  });
});
