import { dayMs, hourMs, minuteMs, secondMs } from '../../../functions/shared/domain/durations.ts';
import { dateIn, momentOf, type Zone } from '../../format/moment.ts';
import type { Range } from './range.ts';

const unitsMs: Readonly<Record<string, number>> = { s: secondMs, m: minuteMs, h: hourMs, d: dayMs };

/** Returns the moment of an end of a range, ms; `undefined` for a text that is none. @param text such as `-15m`, `now`, or ms since 1970 */
export function momentOfEnd(text: string, nowMs: number): number | undefined {
  if (text === 'now') return nowMs;
  const [, count, unit] = /^(?:now)?-(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return nowMs - Number(count) * unitsMs[unit!]!;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** A range of two moments, ms. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Returns the moments of a range; the last 15 minutes for one that cannot be read. */
export function spanOf({ from, to }: Range, nowMs: number): Span {
  const toMs = momentOfEnd(to, nowMs) ?? nowMs;
  const fromMs = momentOfEnd(from, nowMs) ?? toMs - 15 * minuteMs;
  return { fromMs, toMs };
}

/**
 * Reads what a person typed as an end of a range: `now`, `-1h`, `15:30`, `2026-11-23`, `2026-11-23 15:30:00` in the zone that is shown, or
 * a time in ISO with its own zone.
 * @returns an end as the address has it; `undefined` for a text that is none
 */
export function readEnd(typed: string, zone: Zone, nowMs: number): string | undefined {
  const text = typed.trim().toLowerCase();
  if (text === 'now' || /^(?:now)?-\d{1,6}[smhd]$/.test(text)) return text.replace(/^now-/, '-');
  const [, date, clock] = /^(\d{4}-\d\d-\d\d)?[ t]?(\d{1,2}:\d\d(?::\d\d)?)?$/.exec(text) ?? [];
  if (date !== undefined || clock !== undefined) {
    const day = date ?? dateIn(zone, nowMs).toISOString().slice(0, 10);
    const fieldsMs = Date.parse(
      `${day}T${(clock ?? '00:00').padStart(clock?.length === 4 ? 5 : clock?.length === 7 ? 8 : 0, '0')}Z`,
    );
    return Number.isNaN(fieldsMs) ? undefined : String(momentOf(zone, fieldsMs));
  }
  const ms = Date.parse(typed.trim());
  return /\d{4}/.test(text) && !Number.isNaN(ms) ? String(ms) : undefined;
}

/** Returns the beginning of a day of a zone, ms. */
export function dayStart(ms: number, zone: Zone): number {
  const fields = dateIn(zone, ms);
  return momentOf(zone, Date.UTC(fields.getUTCFullYear(), fields.getUTCMonth(), fields.getUTCDate()));
}

/** Returns a range moved by its own length. A range that would end in the future ends now and moves with the data. */
export function movedRange(range: Range, by: 1 | -1, nowMs: number): Range {
  const { fromMs, toMs } = spanOf(range, nowMs);
  const lengthMs = toMs - fromMs;
  if (by > 0 && toMs + lengthMs >= nowMs) return { from: relative(lengthMs), to: 'now' };
  return { from: String(fromMs + by * lengthMs), to: String(toMs + by * lengthMs) };
}

/** The shortest and the longest range that the keys choose. */
const lengthMsMin = minuteMs;
const lengthMsMax = 365 * dayMs;

/** Returns a range of a multiple of its length: one that ends now still does, another one keeps its middle. */
export function scaledRange(range: Range, factor: number, nowMs: number): Range {
  const { fromMs, toMs } = spanOf(range, nowMs);
  const lengthMs = Math.min(lengthMsMax, Math.max(lengthMsMin, (toMs - fromMs) * factor));
  if (range.to === 'now') return { from: relative(lengthMs), to: 'now' };
  const middleMs = (fromMs + toMs) / 2;
  const endMs = Math.min(nowMs, middleMs + lengthMs / 2);
  return { from: String(Math.round(endMs - lengthMs)), to: String(Math.round(endMs)) };
}

/** Returns a length before now in its largest whole unit. @example relative(3_600_000); // => '-1h' */
export function relative(lengthMs: number): string {
  const seconds = Math.round(lengthMs / secondMs);
  const units = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'm'],
  ] as const;
  const found = units.find(([size]) => seconds % size === 0);
  return found === undefined ? `-${seconds}s` : `-${seconds / found[0]}${found[1]}`;
}
