import { dayMs } from '../../../functions/shared/domain/durations.ts';
import type { Charts } from '../../api/data-types.ts';

/** The forecast of a server: days until it is full, or why there is none. */
export type Forecast =
  | { readonly type: 'full'; readonly days: number; readonly bytesPerDay: number }
  | { readonly type: 'not growing' }
  | { readonly type: 'no forecast' };

/** The least time of data, and the least growth a day, of a forecast. */
const spanMsMin = 3 * dayMs;
const bytesPerDayMin = 0.1 * 2 ** 30;
const pointsMin = 4;

/**
 * Returns the growth of values, as a line fitted through them by least squares.
 * @param times in ms; values at the same places, `null` for no data
 * @returns the growth a day; `undefined` with less than three days of data
 */
export function growthPerDay(times: readonly number[], values: readonly (number | null)[]): number | undefined {
  const points = times.flatMap((timeMs, nth) => {
    const value = values[nth];
    return value === null || value === undefined ? [] : [{ day: (timeMs - times[0]!) / dayMs, value }];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < pointsMin) return undefined;
  if ((last.day - first.day) * dayMs < spanMsMin) return undefined;
  const meanDay = points.reduce((sum, { day }) => sum + day, 0) / points.length;
  const meanValue = points.reduce((sum, { value }) => sum + value, 0) / points.length;
  const across = points.reduce((sum, { day, value }) => sum + (day - meanDay) * (value - meanValue), 0);
  const along = points.reduce((sum, { day }) => sum + (day - meanDay) ** 2, 0);
  return across / along;
}

/** Returns when a server will be full, by the growth of its used space. Space in bytes. */
export function forecastOf(
  growth: number | undefined,
  { usedBytes, totalBytes }: { readonly usedBytes: number | undefined; readonly totalBytes: number | undefined },
): Forecast {
  if (growth === undefined || usedBytes === undefined || totalBytes === undefined) return { type: 'no forecast' };
  if (growth < bytesPerDayMin) return { type: 'not growing' };
  return { type: 'full', days: Math.max(0, (totalBytes - usedBytes) / growth), bytesPerDay: growth };
}

/** Returns the growth of each series of an answer, by the text of the series. Bytes a day. */
export function growths(charts: Charts | undefined): ReadonlyMap<string, number | undefined> {
  return new Map((charts?.charts ?? []).map(({ series, values }) => [series, growthPerDay(charts!.times, values)]));
}
