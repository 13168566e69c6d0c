import { dateIn, momentOf, type Zone } from '../format/moment.ts';

/** The end of a silence: so many minutes from its start, the next 09:00, or a time of its own. */
export type Until = { readonly minutes: number } | 'morning' | { readonly atMs: number };

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const morningMs = 9 * 60 * minuteMs;

/** Returns the next 09:00 in a zone, ms. */
export function nextMorning(nowMs: number, shown: Zone): number {
  const fields = dateIn(shown, nowMs).getTime();
  const midnight = fields - (fields % dayMs);
  const today = midnight + morningMs;
  return momentOf(shown, today > fields ? today : today + dayMs);
}

/** Returns the end that was chosen, ms. @param fromMs the start: now, or the end of the silence that is extended */
export function endOf(until: Until, fromMs: number, shown: Zone): number {
  if (until === 'morning') return nextMorning(fromMs, shown);
  return 'minutes' in until ? fromMs + until.minutes * minuteMs : until.atMs;
}
