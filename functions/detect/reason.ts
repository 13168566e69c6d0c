import { printable } from '../shared/domain/printable.ts';
import { metricWords, placeText, type Series } from '../shared/domain/series.ts';
import { shown } from '../shared/domain/shown.ts';

interface Scale {
  readonly from: number;
  readonly suffix: string;
}

const decimal: readonly Scale[] = [
  { from: 1e12, suffix: 'T' },
  { from: 1e9, suffix: 'G' },
  { from: 1e6, suffix: 'M' },
  { from: 1e3, suffix: 'k' },
];

/** A value beside the range in which it was expected, all in one unit. */
export interface Deviation {
  readonly seen: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Returns the sentence that on-call reads first: the metric, the entity, the value seen and the range expected.
 * @param unit UCUM-like
 * @param line the text of a log record that the value counts, as an example; it is cut
 * @example
 * reasonSentence(writesOfSdb, 'By/s', { seen: 2e6, lower: 85e6, upper: 140e6 });
 * // => 'diskio write bytes on node-b/sdb at 2 MB/s, expected 85 to 140 MB/s'
 */
export function reasonSentence(series: Series, unit: string, deviation: Deviation, line?: string): string {
  const write = (value: number): string => quantity(value, unit, series.metric);
  const [low, high, seen] = [write(deviation.lower), write(deviation.upper), write(deviation.seen)];
  const expected = low === high ? low : `${withoutUnit(low, high)} to ${high}`;
  const example = line === undefined ? '' : `; such as ${shown(line)}`;
  return printable(`${metricWords(series.metric)} on ${placeText(series)} at ${seen}, expected ${expected}${example}`);
}

/**
 * Returns a number with its unit as people write it: `2 MB/s`, `35 %`, `1.5 s`, `13 operations/s`.
 * @param unit   UCUM-like: `By`, `By/s`, `1`, `ms`, `{operation}/s`, …
 * @param metric the metric's name; a ratio whose name ends in `.pct` or `_pct` is written in percent
 * @example
 * quantity(2400, '{message}'); // => '2.4k messages'
 */
export function quantity(value: number, unit: string, metric = ''): string {
  if (unit === '1') return /\.pct$|_pct$/.test(metric) ? `${digits(value * 100)} %` : digits(value);
  if (unit === 'ms' && Math.abs(value) >= 1000) return `${digits(value / 1000)} s`;
  if (unit.startsWith('By')) return `${scaled(value, ' ')}B${unit.slice(2)}`;
  const counted = /^\{(.+)\}(.*)$/.exec(unit);
  if (counted !== null) return `${scaled(value, '')} ${plural(counted[1]!, value)}${counted[2]}`;
  return `${digits(value)} ${unit}`;
}

function scaled(value: number, gap: string): string {
  const scale = decimal.find(({ from }) => Math.abs(value) >= from);
  if (scale === undefined) return `${digits(value)}${gap}`;
  return `${digits(value / scale.from)}${gap}${scale.suffix}`;
}

/** Rounds to two significant digits, but never before the decimal point. Trailing zeros are left out. */
function digits(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}

function plural(word: string, value: number): string {
  return value === 1 ? word : `${word}s`;
}

/** Returns `low` without the unit that `high` repeats: `85 to 140 MB/s`. A zero loses its unit in any case. */
function withoutUnit(low: string, high: string): string {
  if (low.startsWith('0 ')) return '0';
  const unit = high.slice(high.indexOf(' '));
  return high.includes(' ') && low.endsWith(unit) ? low.slice(0, -unit.length) : low;
}
