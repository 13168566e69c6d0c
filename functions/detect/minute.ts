import { rangeSpreads } from '../shared/domain/expected-range.ts';
import type { MetricSummary } from '../shared/domain/summary.ts';
import { inMinute, minuteDoubles, type SeriesValues, slot } from './slot.ts';
import type { Verdict } from './verdict.ts';

/** Returns the index of the first double of a series' open minute. */
const minuteAt = (at: number, parity: 0 | 1): number => at + slot.minutes + parity * minuteDoubles;

/** Adds a judged value to an open minute. */
export function addToMinute(series: SeriesValues, parity: 0 | 1, value: number, verdict: Verdict): void {
  const { values } = series;
  const minute = minuteAt(series.at, parity);
  const count = values[minute + inMinute.count]!;
  values[minute + inMinute.count] = count + 1;
  values[minute + inMinute.sum] = values[minute + inMinute.sum]! + value;
  values[minute + inMinute.min] = count === 0 ? value : Math.min(values[minute + inMinute.min]!, value);
  values[minute + inMinute.max] = count === 0 ? value : Math.max(values[minute + inMinute.max]!, value);
  values[minute + inMinute.last] = value;
  if (verdict.ready) noteVerdict(series, parity, verdict);
}

/** Notes a verdict in an open minute, which keeps the newest expected value and spread and the highest score. */
export function noteVerdict({ values, at }: SeriesValues, parity: 0 | 1, verdict: Verdict): void {
  const minute = minuteAt(at, parity);
  values[minute + inMinute.expected] = verdict.expected;
  values[minute + inMinute.spread] = Math.max(Number.MIN_VALUE, spreadOf(verdict));
  values[minute + inMinute.score] = Math.max(values[minute + inMinute.score]!, verdict.score);
}

/** Returns the spread of which {@link rangeSpreads} are the way from what is expected to the limit of what is not off. */
const spreadOf = ({ lower, upper }: Verdict): number => (upper - lower) / (2 * rangeSpreads);

/** Means, in place of a spread, that only the score of a minute is known: its values are not what was judged. */
const scoreOnly = -1;

/** Notes the score of a verdict in an open minute whose values are not what was judged. */
export function noteScore({ values, at }: SeriesValues, parity: 0 | 1, verdict: Verdict): void {
  const minute = minuteAt(at, parity);
  values[minute + inMinute.spread] = scoreOnly;
  values[minute + inMinute.score] = Math.max(values[minute + inMinute.score]!, verdict.score);
}

/** Adds a delta to an open minute, of which only the sum is judged. */
export function addDelta({ values, at }: SeriesValues, parity: 0 | 1, value: number): void {
  const minute = minuteAt(at, parity);
  values[minute + inMinute.count] = values[minute + inMinute.count]! + 1;
  values[minute + inMinute.sum] = values[minute + inMinute.sum]! + value;
}

/** Returns the sum of all values of an open minute so far; 0 before the first. */
export function sumOfMinute({ values, at }: SeriesValues, parity: 0 | 1): number {
  return values[minuteAt(at, parity) + inMinute.sum]!;
}

/**
 * Summarizes an open minute and sets its doubles to 0, ready for another minute.
 * @param isDelta whether the sum is the minute's one value
 * @returns `undefined` for a minute without values
 */
export function summarizeAndClear(
  { values, at }: SeriesValues,
  parity: 0 | 1,
  isDelta: boolean,
): MetricSummary | undefined {
  const minute = minuteAt(at, parity);
  const count = values[minute + inMinute.count]!;
  const sum = values[minute + inMinute.sum]!;
  const [min, max, last] = [inMinute.min, inMinute.max, inMinute.last].map((field) => values[minute + field]!);
  const spread = values[minute + inMinute.spread]!;
  const score = values[minute + inMinute.score]!;
  const expectation =
    spread > 0
      ? { expected: values[minute + inMinute.expected]!, spread, score }
      : spread === scoreOnly
        ? { score }
        : {};
  values.fill(0, minute, minute + minuteDoubles);
  if (count === 0) return undefined;
  if (isDelta) return { avg: sum, min: sum, max: sum, last: sum, count, ...expectation };
  return { avg: sum / count, min: min!, max: max!, last: last!, count, ...expectation };
}
