import { dayMs, minuteMs } from '../../functions/shared/domain/durations.ts';

/** The zones in which times are shown: that of the API, and that of the person's machine. */
export type Zone = 'utc' | 'local';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Returns how far a zone is ahead of UTC at a moment, ms. */
export function offsetMs(zone: Zone, ms: number): number {
  // The offset of a machine in whole minutes may be −0.
  return zone === 'utc' ? 0 : -new Date(ms).getTimezoneOffset() * minuteMs || 0;
}

/** Returns a moment as a date whose UTC fields are those of the zone. */
export function dateIn(zone: Zone, ms: number): Date {
  return new Date(ms + offsetMs(zone, ms));
}

/**
 * Returns the moment at which a zone shows these fields, ms: the first of two where a change of its offset repeats them, and where one
 * leaves them out, the moment that follows the last that is shown by as much, such as 01:00 for a midnight that does not exist.
 * @param fieldsMs the fields, as those of a date in UTC
 */
export function momentOf(zone: Zone, fieldsMs: number): number {
  const [before, after] = [fieldsMs - dayMs, fieldsMs + dayMs].map((ms) => fieldsMs - offsetMs(zone, ms));
  return dateIn(zone, before!).getTime() !== fieldsMs && dateIn(zone, after!).getTime() === fieldsMs ? after! : before!;
}

/** Returns the time of day, `15:28:40` or `15:28`. */
export function clockText(ms: number, zone: Zone, precision: 'seconds' | 'minutes' = 'seconds'): string {
  return dateIn(zone, ms)
    .toISOString()
    .slice(11, precision === 'seconds' ? 19 : 16);
}

/** Returns the day of a moment, `23 Nov`; with the year if it is not that of `nowMs`. */
export function dayText(ms: number, zone: Zone, nowMs = ms): string {
  const date = dateIn(zone, ms);
  const year = date.getUTCFullYear();
  const day = `${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
  return year === dateIn(zone, nowMs).getUTCFullYear() ? day : `${day} ${year}`;
}

/** Returns whether a zone shows both moments on one day. */
export function isSameDay(a: number, b: number, zone: Zone): boolean {
  return dateIn(zone, a).toISOString().slice(0, 10) === dateIn(zone, b).toISOString().slice(0, 10);
}

/** Returns a moment: `15:28:40`, and with its day in front where that is not the day of `nowMs`: `22 Nov 15:28:40`. */
export function momentText(ms: number, zone: Zone, nowMs: number): string {
  return isSameDay(ms, nowMs, zone) ? clockText(ms, zone) : `${dayText(ms, zone, nowMs)} ${clockText(ms, zone)}`;
}

/** Returns a moment in full for tooltips and exports: `2026-11-23 15:28:40 UTC`. */
export function fullText(ms: number, zone: Zone): string {
  return `${fieldText(ms, zone)} ${zoneName(zone, ms)}`;
}

/** Returns a moment as it stands in a field: `2026-11-23 15:28:40`. */
export function fieldText(ms: number, zone: Zone): string {
  return dateIn(zone, ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** Returns whether the zone of this machine differs from UTC at any of some moments, ms. */
export const isZoneApart = (moments: readonly number[]): boolean => moments.some((ms) => offsetMs('local', ms) !== 0);

/** Returns a moment in UTC and in the zone of this machine, for tooltips; once where the two are the same. */
export function bothZonesText(ms: number): string {
  const utc = fullText(ms, 'utc');
  return offsetMs('local', ms) === 0 ? utc : `${utc}, ${fieldText(ms, 'local')} ${zoneName('local', ms)}`;
}

/** Returns the name of a zone for people: `UTC`, or the city of this machine's zone with its offset, `Stockholm, +1 h`. */
export function zoneName(zone: Zone, ms: number): string {
  if (zone === 'utc') return 'UTC';
  const city = Intl.DateTimeFormat().resolvedOptions().timeZone?.split('/').at(-1)?.replaceAll('_', ' ') ?? 'local';
  return `${city}, ${offsetText(offsetMs('local', ms))}`;
}

/** Returns an offset in hours: `+1 h`, `−3:30 h`. */
function offsetText(ms: number): string {
  const minutes = Math.abs(Math.round(ms / minuteMs));
  const rest = minutes % 60 === 0 ? '' : `:${String(minutes % 60).padStart(2, '0')}`;
  return `${ms < 0 ? '−' : '+'}${Math.floor(minutes / 60)}${rest}\u00a0h`;
}
