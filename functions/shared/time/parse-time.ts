/**
 * The shapes of RFC 3339 and of the loggers that are close to it: `T`, `t` or a space, a point or a comma before the fraction,
 * and zones such as `Z`, `z`, `UTC`, `GMT`, `+01:00`, `+0100` and `+01`. Seconds and zone may be absent. The name of a zone may
 * follow its offset, as Go prints it: `+0100 CET`; so may its reading of the monotonic clock, `m=+0.5`.
 */
const dateTime =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?: ?(Z|z|UTC|GMT)| ?([+-])(\d{2}):?(\d{2})?(?: [A-Z]{3,5}| [+-]\d{2,4})?(?: m=[+-][\d.]+)?)?$/;
const digits = /^\d{1,20}(?:[.,]\d+)?$/;
/** The longest text that is read, in characters. */
const charactersMax = 128;

/**
 * The units since 1970, each from the least number that is read as it, up to that of the next. Numbers below the first are more
 * likely a count or a day's digits than a time before 1973.
 */
const units: readonly { readonly least: number; readonly toMs: (value: number) => number }[] = [
  { least: 1e8, toMs: (seconds) => seconds * 1e3 },
  { least: 1e11, toMs: (ms) => ms },
  { least: 1e14, toMs: (us) => us / 1e3 },
  { least: 1e17, toMs: (ns) => ns / 1e6 },
];
/** The end of the last unit's range, exclusive. */
const numberEnd = 1e20;

/**
 * Returns the moment that a shipper states, in ms since the epoch. It reads
 *
 * - a text of RFC 3339, also in lower case, with a space for the `T`, a comma for the point, as Go prints a time, or
 *   without a zone, which means UTC. Digits below ms are cut off;
 * - a number, or a text of digits, since 1970: seconds, ms, µs or ns by its magnitude, and rounded to ms. Each unit reaches
 *   from 1973-03-03T09:46:40Z to 5138-11-16T09:46:40Z, and no other number is a time.
 *
 * @returns `undefined` for any other value, such as a day that the month does not have, 24:00 or a second 60
 * @example
 * parseTime('2026-11-23 15:00:00,25+01:00'); // => 1795442400250
 * parseTime(1795446000); // => 1795446000000
 * parseTime('1795446000123456789'); // => 1795446000123
 */
export function parseTime(value: unknown): number | undefined {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string' || value.length > charactersMax) return undefined;
  const parts = dateTime.exec(value);
  if (parts !== null) return fromParts(parts);
  return digits.test(value) ? fromEpoch(Number(value.replace(',', '.'))) : undefined;
}

function fromEpoch(value: number): number | undefined {
  const unit = value < numberEnd ? units.findLast(({ least }) => value >= least) : undefined;
  return unit && Math.round(unit.toMs(value));
}

function fromParts(parts: RegExpExecArray): number | undefined {
  const [year, month, day, hour, minute] = parts.slice(1, 6).map(Number) as [number, number, number, number, number];
  const second = Number(parts[6] ?? 0);
  const ms = Number((parts[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const zoneHour = Number(parts[10] ?? 0);
  const zoneMinute = Number(parts[11] ?? 0);
  if (hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  // A date that does not exist, such as February 30, becomes another one.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const offsetMinutes = (parts[9] === '-' ? -1 : 1) * (60 * zoneHour + zoneMinute);
  return date.getTime() + ((60 * hour + minute - offsetMinutes) * 60 + second) * 1_000 + ms;
}
