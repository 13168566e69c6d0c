/** The values of one line. Each value stands for the time from its own up to the next step. */
export interface Line {
  readonly label: string;
  /** The first series, the second one, or that of another time. */
  readonly role: 'a' | 'b' | 'ghost';
  /** Times in ms, ascending. */
  readonly times: readonly number[];
  /** The values, as many as times; `null` for no data. */
  readonly values: readonly (number | null)[];
  /** The least value of each step; absent where every step has one sample. */
  readonly min?: readonly (number | null)[] | undefined;
  readonly max?: readonly (number | null)[] | undefined;
  /** The expected range of each step; absent before one is learned. */
  readonly lower?: readonly (number | null)[] | undefined;
  readonly upper?: readonly (number | null)[] | undefined;
  readonly anomalies?: readonly Anomaly[] | undefined;
}

/** A stretch of a line outside its expected range. */
export interface Anomaly {
  readonly fromMs: number;
  /** The end; `null` while it lasts. */
  readonly toMs: number | null;
  readonly severity: string;
}

/** A value of a line that is known. */
export interface Point {
  readonly timeMs: number;
  readonly value: number;
  readonly nth: number;
}

/** Returns the known values of a line. */
export function pointsOf({ times, values }: Pick<Line, 'times' | 'values'>): Point[] {
  return times.flatMap((timeMs, nth) => {
    const value = values[nth];
    return value === null || value === undefined ? [] : [{ timeMs, value, nth }];
  });
}

/** The number of missing samples, and a half, from which on a stretch is a gap. */
const missedPeriods = 2.5;
/** The least time without a value at the end of a line that is a gap: newer samples may be on their way. Ms. */
const lateMs = 60_000;

/** A line without its gaps, and the gaps. */
export interface Runs {
  readonly runs: readonly (readonly Point[])[];
  readonly gaps: readonly (readonly [fromMs: number, toMs: number])[];
}

/**
 * Returns the stretches of a line in which at most one sample is missing, and the gaps between them. The distance of its samples is that
 * of most of its values: the steps of a chart may be shorter.
 * @param points known values, ascending
 * @param range  the time that is drawn, ms
 */
export function runsOf(points: readonly Point[], range: { readonly fromMs: number; readonly toMs: number }): Runs {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return { runs: [], gaps: [[range.fromMs, range.toMs]] };
  const limitMs = missedPeriods * periodOf(points);
  const runs: Point[][] = [[first]];
  const gaps: [number, number][] = first.timeMs - range.fromMs > limitMs ? [[range.fromMs, first.timeMs]] : [];
  for (const point of points.slice(1)) {
    const run = runs.at(-1)!;
    const before = run.at(-1)!.timeMs;
    if (point.timeMs - before <= limitMs) run.push(point);
    else {
      gaps.push([before, point.timeMs]);
      runs.push([point]);
    }
  }
  const lateLimitMs = Math.max(limitMs, lateMs);
  if (range.toMs - last.timeMs > lateLimitMs) gaps.push([last.timeMs, range.toMs]);
  return { runs, gaps };
}

/** Returns the distance of two samples in the middle of all distances, ms; a minute where there is but one sample. */
export function periodOf(points: readonly Point[]): number {
  const distances = points.slice(1).map(({ timeMs }, nth) => timeMs - points[nth]!.timeMs);
  return distances.sort((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 60_000;
}

/** Returns the largest value of a line, with its peaks; 0 where it has none. */
export function mostOf({ values, max }: Pick<Line, 'values' | 'max'>): number {
  return (max ?? values).reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}

/** Returns the smallest value of a line, with its troughs; 0 where it has none below. */
export function leastOf({ values, min }: Pick<Line, 'values' | 'min'>): number {
  return (min ?? values).reduce<number>((least, value) => Math.min(least, value ?? 0), 0);
}

/** A burst is higher than this many times what nearly all values reach. */
const burstFactor = 6;
const nearlyAll = 0.98;

/**
 * Returns the end of a scale that clips a single burst, which would flatten all else: some room above what 98 % of the values reach.
 * @returns `undefined` where no value is a burst
 */
export function topWithoutBurst(lines: readonly Pick<Line, 'values'>[]): number | undefined {
  const values = lines.flatMap((line) => line.values.filter((value) => value !== null)).sort((a, b) => a - b);
  const usual = values[Math.floor(values.length * nearlyAll)] ?? 0;
  return usual > 0 && values.at(-1)! > burstFactor * usual ? usual * 2 : undefined;
}
