import type { ChartSeries, Charts, Measure } from '../api/data-types.ts';
import { shownUnit } from '../format/quantity.ts';
import type { Line } from './line.ts';

/** Returns the line of a series of `/api/charts`. */
export function lineOfSeries(
  { times }: Pick<Charts, 'times'>,
  chart: ChartSeries,
  label = '',
  role: Line['role'] = 'a',
): Line {
  const { values, min, max, lower, upper, anomalies } = chart;
  return { label, role, times, values, min, max, lower, upper, anomalies };
}

/** Returns the unit in which a series of `/api/charts` is shown. */
export const unitOfSeries = ({ metric, unit }: Pick<ChartSeries, 'metric' | 'unit'>): string => shownUnit(metric, unit);

/** The last line of each measure, so that a chart is drawn anew only if its values are. */
const measureLines = new WeakMap<object, Line>();

/** Returns the line of a measure of a machine; one without values where it is not collected. */
export function lineOfMeasure(
  times: readonly number[],
  measure: Pick<Measure, 'values'> & Partial<Measure> = { values: [] },
  label = '',
  role: Line['role'] = 'a',
): Line {
  const known = measureLines.get(measure);
  if (known !== undefined && known.times === times && known.label === label && known.role === role) return known;
  const { values, min, max, anomalies } = measure;
  const line = { label, role, times, values, min, max, anomalies };
  measureLines.set(measure, line);
  return line;
}

/** Returns a line of another time, moved to the time that is shown. @param byMs how much later it is shown */
export function ghostOf(line: Line, byMs: number, label: string): Line {
  return { label, role: 'ghost', times: line.times.map((timeMs) => timeMs + byMs), values: line.values };
}

/** Returns the newest value that is known, and its time; `undefined` where there is none. */
export function newestOf({ times, values }: Pick<Line, 'times' | 'values'>) {
  const nth = values.findLastIndex((value) => value !== null && value !== undefined);
  return nth < 0 ? undefined : { timeMs: times[nth]!, value: values[nth]! };
}

/** Returns the mean of the values that are known; `null` where there are none. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Returns the sum of values of equal times; `null` where none is known. */
export function sumOf(lists: readonly (readonly (number | null)[])[]): (number | null)[] {
  const length = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length }, (_, nth) => {
    const known = lists.map((list) => list[nth]).filter((value) => value !== null && value !== undefined);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  });
}
