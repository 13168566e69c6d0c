import type { RecordedSeries } from '../../../bench/quality/labelled-series.ts';

/** The rows of the incidents of each series: the first and the last one. */
export const incidents = {
  'a/one.csv': [
    [30, 39],
    [70, 79],
  ],
  'a/two.csv': [[20, 24]],
} as const;
export type SmallName = keyof typeof incidents;
export const smallNames: readonly SmallName[] = ['a/one.csv', 'a/two.csv'];
const rows = { 'a/one.csv': 100, 'a/two.csv': 60 };
const startMs = Date.UTC(2026, 0, 1);

/** Returns a series with a row each minute. */
export function smallSeries(name: SmallName): RecordedSeries {
  const timesMs = Float64Array.from({ length: rows[name] }, (_, row) => startMs + 60_000 * row);
  return { name, timesMs, values: timesMs.map((_, row) => row) };
}

/** Returns the time of a row, as label files write it. */
export const timeOf = (row: number): string => new Date(startMs + 60_000 * row).toISOString();

/** Returns scores with many ties: tenths, from a linear congruential generator (Numerical Recipes, seed 7). */
export function smallScores(): Map<string, Float64Array> {
  let state = 7;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((10 * state) / 2 ** 32) / 10;
  };
  return new Map(smallNames.map((name) => [name, Float64Array.from({ length: rows[name] }, next)]));
}

/** Returns the scores of a detector that knows the incidents. */
export function perfectScores(): Map<string, Float64Array> {
  return new Map(
    smallNames.map((name) => {
      const scores = new Float64Array(rows[name]);
      for (const [from, to] of incidents[name]) scores.fill(0.9, from, to + 1);
      return [name, scores];
    }),
  );
}
