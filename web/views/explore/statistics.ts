import type { ChartSeries, Charts } from '../../api/data-types.ts';
import { meanOf, newestOf } from '../../charts/lines.ts';
import { stretchesOf } from '../../charts/stretches.ts';
import { shortNumber } from '../../format/quantity.ts';

/** The numbers of a series in a range. A number is `null` without data. */
export interface Statistics {
  readonly least: number | null;
  readonly average: number | null;
  readonly most: number | null;
  readonly last: number | null;
  /** The average as a multiple of that of the other time; `null` where one of them is unknown or 0. */
  readonly against: number | null;
  /** The number of times, and the time, outside its expected range. */
  readonly outside: { readonly count: number; readonly ms: number };
}

/** Returns the statistics of a series. @param before the same series at the other time */
export function statisticsOf(charts: Charts, chart: ChartSeries, before: ChartSeries | undefined): Statistics {
  const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
  const [low, high] = [known(chart.min ?? chart.values), known(chart.max ?? chart.values)];
  const average = meanOf(chart.values);
  const earlier = before === undefined ? null : meanOf(before.values);
  const outside = stretchesOf(chart.anomalies, charts);
  return {
    least: low.length === 0 ? null : low.reduce((least, value) => Math.min(least, value)),
    average,
    most: high.length === 0 ? null : high.reduce((most, value) => Math.max(most, value)),
    last: newestOf({ times: charts.times, values: chart.values })?.value ?? null,
    against: average === null || earlier === null || earlier === 0 ? null : average / earlier,
    outside: { count: outside.length, ms: outside.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) },
  };
}

/** Returns a multiple in words: `1.5 times`; `as much` for what is 1 when it is rounded. */
export function againstText(multiple: number): string {
  const text = shortNumber(multiple);
  return Number(text) === 1 ? 'as much' : `${text} times`;
}
