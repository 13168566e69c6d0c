import { dayMs } from '../domain/durations.ts';
import type { Family, WarehouseWrite } from '../ports/warehouse.ts';
import { type Period, periodOf } from './retention.ts';

/** The only index of the inventory, which is never deleted as a whole. Its alias has the name of the family. */
export const inventoryIndex = 'offbeat-inventory-latest';

/** The time from which an index has documents, inclusive, to which it has them, exclusive. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Returns the index of a write, by the period of UTC that its `timeMs` is in. It is named by the first day, month or year
 * of the period.
 * @example
 * indexOf({ family: 'offbeat-samples', timeMs: 0 }); // => 'offbeat-samples-1970.01.01'
 * indexOf({ family: 'offbeat-alerts', timeMs: 0 }); // => 'offbeat-alerts-1970'
 */
export function indexOf({ family, timeMs }: Pick<WarehouseWrite, 'family' | 'timeMs'>): string {
  if (family === 'offbeat-inventory') return inventoryIndex;
  const period = periodOf[family];
  return `${family}-${nameOf(period, spanOf(period, timeMs).fromMs)}`;
}

/**
 * Returns the period of an index; `undefined` for an index of another family, and for one whose name this release does
 * not write.
 */
export function spanOfIndex(family: Family, index: string): Span | undefined {
  if (family === 'offbeat-inventory' || !index.startsWith(`${family}-`)) return undefined;
  const [period, name] = [periodOf[family], index.slice(family.length + 1)];
  const fromMs = Date.parse(name.replaceAll('.', '-'));
  if (Number.isNaN(fromMs)) return undefined;
  const span = spanOf(period, fromMs);
  return nameOf(period, span.fromMs) === name ? span : undefined;
}

/** The number of parts of a date in the name of a period. */
const parts: Readonly<Record<Period, number>> = { day: 3, week: 3, month: 2, year: 1 };

function nameOf(period: Period, fromMs: number): string {
  const [date] = new Date(fromMs).toISOString().split('T');
  // A year beyond 9999 begins with a sign, and those before the year 0 with a minus.
  const [, year, rest] = /^([+-]?\d+)(.*)$/.exec(date!)!;
  return [year, ...rest!.split('-').slice(1)].slice(0, parts[period]).join('.');
}

/** The start of a week: 1970-01-01 was a Thursday. */
const firstMondayMs = -3 * dayMs;

function spanOf(period: Period, timeMs: number): Span {
  const time = new Date(timeMs);
  const [year, month] = [time.getUTCFullYear(), time.getUTCMonth()];
  switch (period) {
    case 'day':
      return regular(dayMs, 0, timeMs);
    case 'week':
      return regular(7 * dayMs, firstMondayMs, timeMs);
    case 'month':
      return { fromMs: startOf(year, month), toMs: startOf(year, month + 1) };
    case 'year':
      return { fromMs: startOf(year, 0), toMs: startOf(year + 1, 0) };
  }
}

function regular(lengthMs: number, originMs: number, timeMs: number): Span {
  const fromMs = originMs + Math.floor((timeMs - originMs) / lengthMs) * lengthMs;
  return { fromMs, toMs: fromMs + lengthMs };
}

/** Returns the start of a month. `Date.UTC` would read a year below 100 as one of the twentieth century. */
const startOf = (year: number, month: number): number => new Date(0).setUTCFullYear(year, month, 1);
