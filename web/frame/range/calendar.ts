import { dayMs } from '../../../functions/shared/domain/durations.ts';

/*
 * Days are here the beginnings of days as fields: ms of UTC midnight with the date that the zone shows. So a day has always 24 hours.
 */

/** A day of a month, as it is drawn. */
export interface Cell {
  readonly day: number;
  /** A flag: it belongs to the month before or after. */
  readonly isOut: boolean;
}

const monthOf = (day: number): number => new Date(day).getUTCMonth();

/** Returns the day of the week, Monday being 0. */
const weekday = (day: number): number => (new Date(day).getUTCDay() + 6) % 7;

/** Returns the weeks of the month of a day, each from Monday to Sunday. */
export function monthCells(day: number): Cell[] {
  const date = new Date(day);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  const start = first - weekday(first) * dayMs;
  const last = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0);
  const count = Math.round((last - start) / dayMs) + 1;
  return Array.from({ length: Math.ceil(count / 7) * 7 }, (_, nth) => {
    const each = start + nth * dayMs;
    return { day: each, isOut: monthOf(each) !== date.getUTCMonth() };
  });
}

/** Returns a day some months later, or the last of its month. */
export function monthsLater(day: number, months: number): number {
  const date = new Date(day);
  const lastOfMonth = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0)).getUTCDate();
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, Math.min(lastOfMonth, date.getUTCDate()));
}

/** Returns the day that a key leads to; `undefined` for a key that leads nowhere. Days to come cannot be chosen. */
export function dayByKey(day: number, key: string, today: number): number | undefined {
  const to = {
    ArrowLeft: day - dayMs,
    ArrowRight: day + dayMs,
    ArrowUp: day - 7 * dayMs,
    ArrowDown: day + 7 * dayMs,
    Home: day - weekday(day) * dayMs,
    End: day + (6 - weekday(day)) * dayMs,
    PageUp: monthsLater(day, -1),
    PageDown: monthsLater(day, 1),
  }[key];
  return to === undefined ? undefined : Math.min(today, to);
}

/** Returns the first and the last of two days. */
export const daysBetween = (a: number, b: number): readonly [first: number, last: number] => [
  Math.min(a, b),
  Math.max(a, b),
];
