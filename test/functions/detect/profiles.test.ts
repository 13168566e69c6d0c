import { describe, expect, it } from 'vitest';
import { weekFloats } from '../../../functions/detect/detector/layout.ts';
import { run, series } from './records.ts';

/** The values of thirteen hours, one each 10 s, and those of an incident behind them. */
const quiet = Array.from({ length: 13 * 360 }, (_, nth) => (nth % 3) / 50 + 0.1);
const incident = [0.9, 0.9, 0.9, 0.9, 0.9];

describe('the profiles of a group', () => {
  it('are those of the day after half a day, and those of the week after a page', () => {
    const before = run(series(quiet)).state.table.all()[0]!;
    expect(before.profiles).toBeDefined();
    expect(before.weeks).toBeUndefined();
    const after = run(series([...quiet, ...incident])).state.table.all()[0]!;
    expect(after.weeks).toHaveLength(weekFloats * after.metrics.length);
    expect(after.size.bytes - before.size.bytes).toBe(4 * weekFloats * after.metrics.length);
  });
});
