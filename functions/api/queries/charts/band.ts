import { type Possible, rangeOfSummary, shownRange } from '../../../shared/domain/expected-range.ts';
import type { Grid } from './grid.ts';
import type { SummaryReading } from './group-readings.ts';
import type { SeriesMark } from './marks.ts';
import { type StepValues, stepsOf } from './steps.ts';

/** The expected range in the steps of a chart; without its ends if none was learned. */
export interface Band {
  readonly lower?: StepValues;
  readonly upper?: StepValues;
}

interface Learned extends Possible {
  readonly summaries: readonly SummaryReading[];
  /** The length of a summary, ms. */
  readonly periodMs: number;
  /** The anomalies of the series. */
  readonly marks: readonly SeriesMark[];
}

/**
 * Returns the range of values that are not off in the steps of a grid, as `detect` judged: that of its summaries, and during an anomaly
 * the range, or the limit, that the anomaly was judged by, which its alert names.
 */
export function bandOf(grid: Grid, { summaries, periodMs, marks, ...possible }: Learned): Band {
  const learned = summaries.flatMap(({ timeMs, expected, spread, periodMs: ownMs = periodMs }) => {
    if (expected === undefined || spread === undefined) return [];
    const [lower, upper] = shownRange(rangeOfSummary(expected, spread), possible);
    return [{ timeMs, lower, upper, periodMs: ownMs }];
  });
  if (learned.length === 0) return {};
  const inSteps = (edge: 'lower' | 'upper'): StepValues =>
    stepsOf(
      learned.map((range) => ({ timeMs: range.timeMs, value: range[edge], periodMs: range.periodMs })),
      grid,
      periodMs,
    ).values;
  const band = { lower: inSteps('lower'), upper: inSteps('upper') };
  for (const mark of marks) judgeBy(mark, band, grid);
  return band;
}

/** Sets the range of the steps of an anomaly to that by which it was judged. A limit has one end of it. */
function judgeBy({ fromMs, toMs, range }: SeriesMark, band: Required<Band>, { times, stepMs }: Grid): void {
  for (const [step, timeMs] of times.entries()) {
    const [low, high] = [band.lower[step], band.upper[step]];
    const isInside = timeMs + stepMs > fromMs && timeMs <= (toMs ?? Number.POSITIVE_INFINITY);
    if (!isInside || low === null || low === undefined || high === null || high === undefined) continue;
    const lower = range.lower ?? Math.min(low, range.upper ?? low);
    band.lower[step] = lower;
    band.upper[step] = range.upper ?? Math.max(high, lower);
  }
}
