import { dayMs, hourMs, minuteMs, secondMs } from '../shared/domain/durations.ts';
import type { Limit } from '../shared/domain/limit.ts';
import { printable } from '../shared/domain/printable.ts';
import { metricWords, placeText, type Series } from '../shared/domain/series.ts';
import { shown } from '../shared/domain/shown.ts';

/** The significant digits of a number that nothing else would be taken for, and the most that a double has. */
const [digitsDefault, digitsMax] = [2, 15];

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

/** The units of sizes, by which storages and the page count space. Rates are decimal, as networks count them. */
const binary: readonly Scale[] = [
  { from: 2 ** 40, suffix: 'Ti' },
  { from: 2 ** 30, suffix: 'Gi' },
  { from: 2 ** 20, suffix: 'Mi' },
  { from: 2 ** 10, suffix: 'Ki' },
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
  const { seen: value, lower, upper } = deviation;
  const [seen, low, high] = quantitiesApart([value, lower, upper], unit, series.metric);
  const expected = low === high ? low : `${withoutUnit(low!, high!)} to ${high}`;
  const example = line === undefined ? '' : `; such as ${shown(line)}`;
  return printable(`${metricWords(series.metric)} on ${placeText(series)} at ${seen}, expected ${expected}${example}`);
}

/** A limit that a series is beyond: the value furthest beyond it, for how long, and why that matters. */
export interface Exceeded {
  readonly limit: Pick<Limit, 'side' | 'bound'>;
  readonly peak: number;
  readonly forMs: number;
  readonly because: string | undefined;
}

/**
 * Returns the sentence about a series that is beyond a limit.
 * @param unit UCUM-like
 * @example
 * limitSentence(cpuOfNodeA, '1', { limit: { side: 'above', bound: 0.95 }, peak: 1, forMs: 600_000, because: undefined });
 * // => 'cpu total norm pct on node-a at 100 %, above its limit of 95 % for 10 min'
 */
export function limitSentence(series: Series, unit: string, { limit, peak, forMs, because }: Exceeded): string {
  const [seen, bound] = quantitiesApart([peak, limit.bound], unit, series.metric);
  const place = `${metricWords(series.metric)} on ${placeText(series)}`;
  const time = forMs === 0 ? '' : ` for ${longText(forMs)}`;
  const why = because === undefined ? '' : `: ${because}`;
  return printable(`${place} at ${seen}, ${limit.side} its limit of ${bound}${time}${why}`);
}

/** The level of a capacity, and the interval of the hours until it is full. */
export interface Filled {
  readonly level: number;
  readonly soonest: number;
  readonly latest: number;
}

/**
 * Returns the sentence about a capacity that will be full soon.
 * @param unit UCUM-like
 * @example
 * forecastSentence(usedOfData, '1', { level: 0.84, soonest: 7.2, latest: 11.8 });
 * // => 'filesystem used pct on node-a//data at 84 %, full in 7 to 12 h if it goes on'
 */
export function forecastSentence(series: Series, unit: string, { level, soonest, latest }: Filled): string {
  const place = `${metricWords(series.metric)} on ${placeText(series)}`;
  const [from, to] = [Math.floor(soonest), Math.ceil(latest)];
  const hours = from === to ? `${to} h` : `${from} to ${to} h`;
  return printable(`${place} at ${quantity(level, unit, series.metric)}, full in ${hours} if it goes on`);
}

/** A value beside those of its peers, and why it matters that it differs. */
export interface Differing {
  readonly value: number;
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
  readonly others: number;
  readonly because: string | undefined;
}

/**
 * Returns the sentence about a series that differs from its peers.
 * @param unit UCUM-like
 * @example
 * peersSentence(usedOfCs6, '1', { value: 0.91, median: 0.62, lower: 0.6, upper: 0.64, others: 5, because: undefined });
 * // => 'chunkserver space used pct on cs-6 at 91 %, where its 5 peers have 62 % in the median, 60 to 64 %'
 */
export function peersSentence(series: Series, unit: string, differing: Differing): string {
  const { value, median, lower, upper, others, because } = differing;
  const [seen, middle, low, high] = quantitiesApart([value, median, lower, upper], unit, series.metric);
  const place = `${metricWords(series.metric)} on ${placeText(series)}`;
  const range = low === high ? '' : `, ${withoutUnit(low!, high!)} to ${high}`;
  const why = because === undefined ? '' : `: ${because}`;
  return printable(`${place} at ${seen}, where its ${others} peers have ${middle} in the median${range}${why}`);
}

/** A value that a series repeats, and for how long it has. */
export interface Quiet {
  readonly repeated: number;
  readonly forMs: number;
}

/**
 * Returns the sentence about a series that has gone quiet.
 * @param unit UCUM-like
 * @example
 * quietSentence(messagesOfOrders, '{message}/s', { repeated: 0, forMs: 720_000 });
 * // => 'partition offset newest on orders/0 at 0 messages/s for 12 min, which it usually is for a shorter time'
 */
export function quietSentence(series: Series, unit: string, { repeated, forMs }: Quiet): string {
  const value = quantity(repeated, unit, series.metric);
  const place = `${metricWords(series.metric)} on ${placeText(series)}`;
  return printable(`${place} at ${value} for ${longText(forMs)}, which it usually is for a shorter time`);
}

/**
 * Returns a duration as people read it: whole minutes, hours or days, of which there are at least two.
 * @example
 * longText(720_000); // => '12 min'
 */
export function longText(ms: number): string {
  if (ms >= 2 * dayMs) return `${Math.floor(ms / dayMs)} days`;
  if (ms >= 2 * hourMs) return `${Math.floor(ms / hourMs)} h`;
  return ms >= 2 * minuteMs ? `${Math.floor(ms / minuteMs)} min` : `${Math.max(0, Math.round(ms / secondMs))} s`;
}

/**
 * Returns numbers with their unit, all of them with as many digits as it takes to tell the first from the others: 91.2 %
 * is not said to be off where 91 % was expected.
 * @param values the value seen, then those that it is compared with
 */
export function quantitiesApart(values: readonly number[], unit: string, metric: string): string[] {
  for (let digitsMin = digitsDefault; ; digitsMin += 1) {
    const texts = values.map((value) => quantity(value, unit, metric, digitsMin));
    const alike = texts.some((text, nth) => text === texts[0] && values[nth] !== values[0]);
    if (!alike || digitsMin === digitsMax) return texts;
  }
}

/**
 * Returns a number with its unit as people write it: `2 MB/s`, `35 %`, `1.5 s`, `13 operations/s`; a size as `2 GiB`.
 * @param unit   UCUM-like: `By`, `By/s`, `1`, `ms`, `{operation}/s`, …
 * @param metric the metric's name; a ratio whose name ends in `.pct` or `_pct` is written in percent
 * @param significant the significant digits; none before the decimal point is rounded away
 * @example
 * quantity(2400, '{message}'); // => '2.4k messages'
 */
export function quantity(value: number, unit: string, metric = '', significant = digitsDefault): string {
  const write = (number: number): string => digits(number, significant);
  if (unit === '1') return /\.pct$|_pct$/.test(metric) ? `${write(value * 100)} %` : write(value);
  if (unit === 'ms' && Math.abs(value) >= 1000) return `${write(value / 1000)} s`;
  if (unit.startsWith('By')) return `${scaled(value, ' ', write, unit === 'By' ? binary : decimal)}B${unit.slice(2)}`;
  const counted = /^\{(.+)\}(.*)$/.exec(unit);
  if (counted !== null) return `${scaled(value, '', write)} ${plural(counted[1]!, value)}${counted[2]}`;
  return `${write(value)} ${unit}`;
}

function scaled(value: number, gap: string, write: (number: number) => string, scales = decimal): string {
  const scale = scales.find(({ from }) => Math.abs(value) >= from);
  if (scale === undefined) return `${write(value)}${gap}`;
  return `${write(value / scale.from)}${gap}${scale.suffix}`;
}

/** Rounds to significant digits, but never before the decimal point. Trailing zeros are left out. */
function digits(value: number, significant: number): string {
  return Math.abs(value) >= 10 ** significant
    ? String(Math.round(value))
    : String(Number(value.toPrecision(significant)));
}

function plural(word: string, value: number): string {
  return value === 1 ? word : `${word}${word.endsWith('s') ? 'es' : 's'}`;
}

/** Returns `low` without the unit that `high` repeats: `85 to 140 MB/s`. A zero loses its unit in any case. */
function withoutUnit(low: string, high: string): string {
  if (low.startsWith('0 ')) return '0';
  const unit = high.slice(high.indexOf(' '));
  return high.includes(' ') && low.endsWith(unit) ? low.slice(0, -unit.length) : low;
}
