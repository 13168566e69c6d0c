import { durationText } from './duration.ts';

/** A number as people read it: the digits, and the unit that stands behind them; an empty unit for none. */
export interface Quantity {
  readonly text: string;
  readonly unit: string;
}

/** A space that does not break, between a number and its unit. */
export const thinSpace = '\u00a0';

const thousands = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/**
 * Returns a number in two or three digits that count: `783`, `39.2`, `6.9`, `0.25`, `0.0011`. What is nearly an integer has no decimals.
 * @example
 * shortNumber(39.24); // => '39.2'
 */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < tinyBelow) return exponentText(value);
  if (size >= 99.95) return withSign(value, size.toFixed(0));
  const isInteger = Math.round(size) > 0 && Math.abs(size - Math.round(size)) < (size >= 10 ? 0.05 : 0.005);
  if (isInteger) return withSign(value, size.toFixed(0));
  return withSign(value, size >= 1 ? size.toFixed(1) : String(Number(size.toPrecision(2))));
}

/** The size below which a number would have too many zeros, and is written with an exponent. */
const tinyBelow = 1e-6;

const withSign = (value: number, text: string): string => (value < 0 && text !== '0' ? `−${text}` : text);

/** Returns a number in the largest of some units, each `base` times the one before, that keeps it at 1 or more. */
function scaled(value: number, base: number, units: readonly string[]): Quantity {
  let [left, nth] = [value, 0];
  // What would be rounded to the next unit has that unit.
  while (Math.abs(left) >= base - 0.5 && nth + 1 < units.length) {
    left /= base;
    nth += 1;
  }
  return { text: shortNumber(left), unit: units[nth]! };
}

/**
 * Returns a count: whole below 100,000 with separators, then in thousands or millions.
 * @example
 * countText(7_206); // => '7,206'
 * countText(114_000); // => '114 K'
 */
export function countText(value: number): string {
  if (Math.abs(value) >= hugeFrom) return exponentText(value);
  if (Math.abs(value) < 1_000) return shortNumber(value);
  if (Math.abs(value) < 99_999.5) return withSign(value, Math.round(Math.abs(value)).toLocaleString('en'));
  const { text, unit } = scaled(value, 1_000, thousands);
  return `${text}${thinSpace}${unit.toUpperCase()}`;
}

/** The units of times below a second, the longest first, with how many make a second. */
const smallTimes = [
  ['ms', 1e3],
  ['µs', 1e6],
  ['ns', 1e9],
] as const;

/** The least size that a time has in its unit; a shorter one has a smaller unit. */
const timeLeast = 0.1;

/** Returns a time below a second in the longest unit that is not too long for it: `1.1 ms`. */
function smallTime(value: number): Quantity {
  const fits = smallTimes.find(([, perSecond]) => Math.abs(value) * perSecond >= timeLeast * (1 - 1e-9));
  const [unit, perSecond] = fits ?? smallTimes[2];
  return { text: shortNumber(value * perSecond), unit };
}

/** Returns a time in its unit, or in a smaller one if it is short for that. @param value in the unit */
function timeIn(unit: 'ms' | 'µs' | 'ns', value: number): Quantity {
  if (value === 0 || Math.abs(value) >= timeLeast) return { text: shortNumber(value), unit };
  return smallTime(value / smallTimes.find(([name]) => name === unit)![1]);
}

/** Returns a duration in seconds: `0.4 s`, `39 s`, `3 min 5 s`; below a tenth in a smaller unit: `1.1 ms`. */
function seconds(value: number): Quantity {
  if (value !== 0 && Math.abs(value) < timeLeast) return smallTime(value);
  if (value < 90) return { text: shortNumber(value), unit: 's' };
  const text = durationText(value * 1_000);
  const at = text.lastIndexOf(thinSpace);
  return { text: text.slice(0, at), unit: text.slice(at + 1) };
}

/** Returns the units of bytes by their names in the catalogue (UCUM) and in words. */
const plain = (unit: string): string => unit.replace(/^By\b/, 'B');

/**
 * Returns a value with its unit, as people write it.
 *
 * - `B/s`: by 1000, `783 kB/s`. `B`: by 1024, `982 GiB`, as storages print it.
 * - `share`: 0.25 is 25 %. `%`: as it is.
 * - `s`, `ms`, `us`, `ns`: from 90 s on in two units, and below a tenth in the next smaller one.
 * - `{message}/s` and others in braces: a count, `39.2 /s`.
 * @param value `null` for no data
 * @param unit  a unit of the API; `By` is the same as `B`
 */
export function quantity(value: number | null | undefined, unit: string): Quantity {
  if (value === null || value === undefined || !Number.isFinite(value)) return { text: 'no data', unit: '' };
  if (Math.abs(value) >= hugeFrom)
    return { text: exponentText(value), unit: wordOf(unit === 'share' ? '1' : plain(unit)) };
  switch (plain(unit)) {
    case 'share':
      return { text: shortNumber(value * 100), unit: '%' };
    case '%':
      return { text: shortNumber(value), unit: '%' };
    case 'B/s': {
      const { text, unit: size } = scaled(value, 1_000, thousands);
      return { text, unit: `${size}B/s` };
    }
    case 'B':
      // There is no half of a byte.
      return scaled(Math.abs(value) < 1_024 ? Math.round(value) : value, 1_024, binary);
    case 's':
      return seconds(value);
    case 'ms':
      return value >= 1_000 ? seconds(value / 1_000) : timeIn('ms', value);
    case 'us':
      return value >= 1_000 ? quantity(value / 1_000, 'ms') : timeIn('µs', value);
    case 'ns':
      return value >= 1_000 ? quantity(value / 1_000, 'us') : timeIn('ns', value);
    default:
      return { text: countText(value), unit: wordOf(unit) };
  }
}

/** The size from which on a number has no unit large enough, and is written with an exponent. */
const hugeFrom = 1e21;

/** @example exponentText(1e300); // => '1e300' */
const exponentText = (value: number): string =>
  value.toExponential(1).replace('.0e', 'e').replace('e+', 'e').replace(/^-/, '−');

/** Returns the part of a unit that is shown: that in braces names what is counted, which the title says already. */
function wordOf(unit: string): string {
  const shown = unit.replace(/\{[^}]*\}/g, '');
  return shown === '1' || shown === '1/s' ? shown.slice(1) : shown;
}

/** Returns a value and its unit as one text, with a space that does not break. @example quantityText(783_000, 'B/s'); // => '783 kB/s' */
export function quantityText(value: number | null | undefined, unit: string): string {
  const { text, unit: shown } = quantity(value, unit);
  return shown === '' ? text : `${text}${thinSpace}${shown}`;
}

/**
 * Returns the unit in which values of a metric are shown: `share` where the unit is 1 and the name tells of a part of a whole.
 * @param name that of a metric or of a measure
 */
export function shownUnit(name: string, unit: string): string {
  const isShare = unit === '1' && /(^|[._])(pct|utilization|ratio|cpu|memory|space|share)$/.test(name);
  return isShare ? 'share' : unit;
}

/**
 * Returns the largest and the smallest end of a scale as one text: `0 to 15 MB/s`.
 * @param top the end of the scale, more than 0
 */
export function scaleText(top: number, unit: string): string {
  return `0 to ${quantityText(top, unit)}`;
}
