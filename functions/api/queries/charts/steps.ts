import { type Grid, stepAt } from './grid.ts';

/** One value of a series, or a minute or hour of it. */
export interface Reading {
  readonly timeMs: number;
  /** The value; of a minute or an hour the mean. */
  readonly value: number;
  /** The least value. @default the value */
  readonly min?: number;
  /** The greatest value. @default the value */
  readonly max?: number;
  /** The usual time until the next value, where it differs from that of most. Ms. */
  readonly periodMs?: number;
}

/** A value for each step; `null` where there is no data. */
export type StepValues = (number | null)[];

/** The values of a series in the steps of a grid. */
export interface Steps {
  /** The mean of each step. */
  readonly values: StepValues;
  /** The least and the greatest value of each step; absent if no step has more than one. */
  readonly min?: StepValues;
  readonly max?: StepValues;
}

/** The multiple of the period from which on an interval is a gap: two values or more are missing, and values may be late. */
const gapPeriods = 2.5;

/**
 * Returns a series in the steps of a grid. The mean of a step is that of its readings; its minimum and maximum are theirs, so that
 * no peak is lost. A step between two readings has the value of the earlier one, unless there is a gap between them: more than 2.5
 * periods, which is two missed readings. `O(readings + steps)`.
 * @param readings the oldest first. Those outside of the grid are not in any step
 * @param periodMs the usual time between two readings, ms; 0 if it is not known, and then each is alone
 */
export function stepsOf(readings: readonly Reading[], grid: Grid, periodMs: number): Steps {
  const [sums, counts] = [new Float64Array(grid.times.length), new Uint32Array(grid.times.length)];
  const empty = (): StepValues => Array.from({ length: grid.times.length }, () => null);
  const [values, min, max] = [empty(), empty(), empty()];
  let hasExtremes = false;
  for (const { timeMs, value, min: least = value, max: most = value } of readings) {
    const step = stepAt(grid, timeMs);
    if (step < 0 || step >= values.length) continue;
    sums[step]! += value;
    counts[step]! += 1;
    min[step] = Math.min(min[step] ?? least, least);
    max[step] = Math.max(max[step] ?? most, most);
    hasExtremes ||= min[step] !== max[step];
  }
  for (const [step, count] of counts.entries()) {
    // Rounding must not move the mean out of the range of its values.
    if (count > 0) values[step] = Math.min(max[step]!, Math.max(min[step]!, sums[step]! / count));
  }
  const steps = { values, min, max };
  hold(steps, readings, grid, periodMs);
  return hasExtremes ? steps : { values };
}

/** Fills the steps between readings that are not far apart. */
function hold(steps: Required<Steps>, readings: readonly Reading[], grid: Grid, periodMs: number): void {
  for (const [nth, { timeMs, value, periodMs: ownMs = periodMs }] of readings.entries()) {
    const next = readings[nth + 1];
    const isGap = next !== undefined && next.timeMs - timeMs > gapPeriods * ownMs;
    // What the newest reading stands for ends a period after it.
    const endMs = next === undefined || isGap ? timeMs + ownMs : next.timeMs;
    const first = Math.max(0, stepAt(grid, timeMs) + 1);
    for (let step = first; step < grid.times.length && grid.times[step]! < endMs; step += 1) {
      if (steps.values[step] !== null) break;
      for (const each of [steps.values, steps.min, steps.max]) each[step] = value;
    }
  }
}

/** Returns the usual time between two readings: the median of their intervals; 0 of fewer than two. */
export function periodOf(readings: readonly Pick<Reading, 'timeMs'>[]): number {
  const intervals = readings.slice(1).map(({ timeMs }, nth) => timeMs - readings[nth]!.timeMs);
  return intervals.sort((a, b) => a - b)[Math.floor(intervals.length / 2)] ?? 0;
}
