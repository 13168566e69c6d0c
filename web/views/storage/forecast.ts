import { dayMs, hourMs } from '../../../functions/shared/domain/durations.ts';
import type { Charts } from '../../api/data-types.ts';

/** The forecast of a server: days until it is full, or why there is none. */
export type Forecast =
  | { readonly type: 'full'; readonly days: number; readonly bytesPerDay: number }
  | { readonly type: 'not growing' }
  /** The time of data is too short. Ms. */
  | { readonly type: 'no forecast'; readonly knownMs: number };

/** The least time of data of a forecast, in hours, and the least growth a day. */
export const historyHours = 6;
const bytesPerDayMin = 0.1 * 2 ** 30;

/** The growth of a series. */
export interface Growth {
  /** The time from the first to the last value, ms. */
  readonly knownMs: number;
  /** The growth a day; absent where that time is too short. */
  readonly perDay?: number;
}

/**
 * Returns the growth of values, as a line fitted through them by least squares.
 * @param times in ms; values at the same places, `null` for no data
 */
export function growthOf(times: readonly number[], values: readonly (number | null)[]): Growth {
  const points = times.flatMap((timeMs, nth) => {
    const value = values[nth];
    return value === null || value === undefined ? [] : [{ day: (timeMs - times[0]!) / dayMs, value }];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return { knownMs: 0 };
  const knownMs = Math.round((last.day - first.day) * dayMs);
  if (knownMs < historyHours * hourMs) return { knownMs };
  const meanDay = points.reduce((sum, { day }) => sum + day, 0) / points.length;
  const meanValue = points.reduce((sum, { value }) => sum + value, 0) / points.length;
  const across = points.reduce((sum, { day, value }) => sum + (day - meanDay) * (value - meanValue), 0);
  const along = points.reduce((sum, { day }) => sum + (day - meanDay) ** 2, 0);
  return { knownMs, perDay: across / along };
}

/** Returns when a server will be full, by the growth of its used space. Space in bytes. */
export function forecastOf(
  growth: Growth | undefined,
  { usedBytes, totalBytes }: { readonly usedBytes: number | undefined; readonly totalBytes: number | undefined },
): Forecast {
  if (growth?.perDay === undefined || usedBytes === undefined || totalBytes === undefined)
    return { type: 'no forecast', knownMs: growth?.knownMs ?? 0 };
  if (growth.perDay < bytesPerDayMin) return { type: 'not growing' };
  return { type: 'full', days: Math.max(0, (totalBytes - usedBytes) / growth.perDay), bytesPerDay: growth.perDay };
}

/** Returns the growth of each series of an answer, by the text of the series. Bytes a day. */
export function growths(charts: Charts | undefined): ReadonlyMap<string, Growth> {
  return new Map((charts?.charts ?? []).map(({ series, values }) => [series, growthOf(charts!.times, values)]));
}
