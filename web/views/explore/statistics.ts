import type { ChartSeries, Charts } from '../../api/data-types.ts';
import { meanOf, newestOf } from '../../charts/lines.ts';

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
  const outside = chart.anomalies.map(({ fromMs, toMs }) =>
    Math.max(0, Math.min(toMs ?? charts.toMs, charts.toMs) - Math.max(fromMs, charts.fromMs)),
  );
  return {
    least: low.length === 0 ? null : low.reduce((least, value) => Math.min(least, value)),
    average,
    most: high.length === 0 ? null : high.reduce((most, value) => Math.max(most, value)),
    last: newestOf({ times: charts.times, values: chart.values })?.value ?? null,
    against: average === null || earlier === null || earlier === 0 ? null : average / earlier,
    outside: { count: outside.length, ms: outside.reduce((sum, ms) => sum + ms, 0) },
  };
}
