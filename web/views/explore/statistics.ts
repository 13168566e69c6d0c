import type { ChartSeries, Charts } from '../../api/data-types.ts';
import { timesText } from '../../charts/description.ts';
import { meanOf, newestOf } from '../../charts/lines.ts';
import { stretchesOf } from '../../charts/stretches.ts';
import { durationText } from '../../format/duration.ts';
import { shortNumber } from '../../format/quantity.ts';

/** The numbers of a series in a range. A number is `null` without data. */
export interface Statistics {
  readonly least: number | null;
  readonly average: number | null;
  readonly most: number | null;
  readonly last: number | null;
  /** The average as a multiple of that of the other time; `null` where one of them is unknown or 0. */
  readonly against: number | null;
  /** The times above and below its expected range, whether or not they were an anomaly; `undefined` where no range is known. */
  readonly above: Times | undefined;
  readonly below: Times | undefined;
  /** The times of its anomalies. */
  readonly anomalies: Times;
}

/** The number of times that something was, and their length in all. */
export interface Times {
  readonly count: number;
  readonly ms: number;
}

/** Returns the statistics of a series. @param before the same series at the other time */
export function statisticsOf(charts: Charts, chart: ChartSeries, before: ChartSeries | undefined): Statistics {
  const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
  const [low, high] = [known(chart.min ?? chart.values), known(chart.max ?? chart.values)];
  const average = meanOf(chart.values);
  const earlier = before === undefined ? null : meanOf(before.values);
  const anomalies = stretchesOf(chart.anomalies, charts);
  const { upper, lower } = chart;
  const isKnown = upper?.some((value) => value !== null) === true;
  const beyond = (
    values: readonly (number | null)[],
    end: typeof upper,
    isBeyond: (value: number, end: number) => boolean,
  ) =>
    runsIn(
      values.map((value, step) => value !== null && end?.[step] != null && isBeyond(value, end[step])),
      charts.stepMs,
    );
  return {
    least: low.length === 0 ? null : low.reduce((least, value) => Math.min(least, value)),
    average,
    most: high.length === 0 ? null : high.reduce((most, value) => Math.max(most, value)),
    last: newestOf({ times: charts.times, values: chart.values })?.value ?? null,
    against: average === null || earlier === null || earlier === 0 ? null : average / earlier,
    above: isKnown ? beyond(chart.max ?? chart.values, upper, (value, end) => value > end) : undefined,
    below: isKnown ? beyond(chart.min ?? chart.values, lower, (value, end) => value < end) : undefined,
    anomalies: { count: anomalies.length, ms: anomalies.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) },
  };
}

/** Returns how often steps in a row are flagged, and their length. */
function runsIn(flags: readonly boolean[], stepMs: number): Times {
  return {
    count: flags.filter((flag, step) => flag && !flags[step - 1]).length,
    ms: flags.filter(Boolean).length * stepMs,
  };
}

/** Returns when a series was outside its expected range: `above once, for 10 s`; whether that was an anomaly is not said. */
export function outsideText({ above, below }: Pick<Statistics, 'above' | 'below'>): string {
  if (above === undefined || below === undefined) return 'not learned';
  const sides = [
    ['above', above],
    ['below', below],
  ] as const;
  const said = sides
    .filter(([, { count }]) => count > 0)
    .map(([side, { count, ms }]) => `${side} ${timesText(count)}, for ${durationText(ms)}`);
  return said.length === 0 ? 'never' : said.join('; ');
}

/** Returns a multiple in words: `1.5 times`; `as much` for what is 1 when it is rounded. */
export function againstText(multiple: number): string {
  const text = shortNumber(multiple);
  return Number(text) === 1 ? 'as much' : `${text} times`;
}
