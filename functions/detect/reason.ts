import { printable } from '../shared/domain/printable.ts';
import { metricWords, placeText, type Series } from '../shared/domain/series.ts';

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

/**
 * The sentence on-call reads first: what, where, seen and expected.
 * @param value, lower, upper in `unit`, which is UCUM-like
 * @example
 * "diskio write bytes on node-b/sdb at 2 MB/s, expected 85 to 140 MB/s"
 */
export function reasonSentence(series: Series, value: number, lower: number, upper: number, unit: string): string {
  const [low, high, seen] = [lower, upper, value].map((each) => quantity(each, unit, series.metric));
  const expected = low === high ? low : `${withoutUnit(low!, high!)} to ${high}`;
  return printable(`${metricWords(series.metric)} on ${placeText(series)} at ${seen}, expected ${expected}`);
}

/**
 * A number with its unit as people write it: `2 MB/s`, `35 %`, `1.5 s`, `13 operations/s`.
 * @param unit UCUM-like: `By`, `By/s`, `1`, `ms`, `{operation}/s`, …
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

/** Two significant digits, or all of those before the point, without trailing zeros. */
function digits(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}

function plural(word: string, value: number): string {
  return value === 1 ? word : `${word}s`;
}

/** `85 to 140 MB/s` rather than `85 MB/s to 140 MB/s`, and `0 to 140 MB/s` whatever the unit of the zero. */
function withoutUnit(low: string, high: string): string {
  if (low.startsWith('0 ')) return '0';
  const unit = high.slice(high.indexOf(' '));
  return high.includes(' ') && low.endsWith(unit) ? low.slice(0, -unit.length) : low;
}
