import { rangeSpreads } from '../shared/domain/expected-range.ts';
import type { MetricKind } from '../shared/domain/sample.ts';
import type { Series } from '../shared/domain/series.ts';
import type { Settings } from '../shared/domain/settings.ts';
import type { MetricSummary } from '../shared/domain/summary.ts';
import { floorAt } from './detector/paging.ts';
import { quantitiesApart, quantity } from './reason.ts';
import { ruleOf, type SeriesRule } from './rule.ts';

/** The reasons why a minute was, or was not, off. */
export type MinuteReason =
  | 'never judged'
  | 'warming up'
  | 'judged by its change'
  | 'above what was expected'
  | 'below what was expected'
  | 'below floor'
  | 'below threshold'
  | 'off';

/** The verdict on one minute of a series, in words. */
export interface MinuteVerdict {
  readonly minuteMs: number;
  readonly reason: MinuteReason;
  readonly detail: string;
}

/**
 * Explains for each minute why it was off or not. It compares the value that is furthest from the expected one with
 * floor and threshold, as `detect` does for each sample. A summary contains only the expected value and the spread at
 * the end of its minute, so near a limit the verdict may differ from that of `detect`, which the anomalies show.
 * @param known the kind of the series' samples, and the unit of the value judged
 */
export function explain(
  series: Series,
  known: { readonly kind: MetricKind; readonly unit: string },
  minutes: readonly (MetricSummary & { readonly minuteMs: number })[],
  settings: Settings,
): MinuteVerdict[] {
  const rule = ruleOf(series, known.kind, undefined, settings);
  // Rates and sums are never negative. The forecast of one that falls may be.
  const shownExpected = (expected: number): number => (rule.kind === 'gauge' ? expected : Math.max(0, expected));
  const words: Words = {
    one: (value) => quantity(value, known.unit, series.metric),
    compared: (seen, expected) => {
      const [seenText, expectedText] = quantitiesApart([seen, shownExpected(expected)], known.unit, series.metric);
      return `${seenText} seen, ${expectedText} expected`;
    },
  };
  return minutes.map((minute) => ({ minuteMs: minute.minuteMs, ...judgeMinute(minute, rule, words) }));
}

/** Writes values of one series for people. */
interface Words {
  readonly one: (value: number) => string;
  readonly compared: (seen: number, expected: number) => string;
}

function judgeMinute(
  { min, max, avg, expected, spread, score }: MetricSummary,
  rule: SeriesRule,
  words: Words,
): Omit<MinuteVerdict, 'minuteMs'> {
  if (!rule.isJudged) {
    return { reason: 'never judged', detail: `${words.one(avg)} on average; by the catalogue or the settings` };
  }
  if (expected === undefined && score !== undefined) {
    const detail = `${words.one(avg)} on average; it rises like a counter, so its change per second is judged`;
    return { reason: 'judged by its change', detail };
  }
  if (expected === undefined || spread === undefined) {
    return { reason: 'warming up', detail: `${words.one(avg)} on average; too few samples to expect anything` };
  }
  const { direction } = rule;
  const seen = max - expected >= expected - min ? max : min;
  const counted = direction === 'up' ? max : direction === 'down' ? min : seen;
  const deviation = direction === 'down' ? expected - counted : counted - expected;
  const size = direction === 'both' ? Math.abs(deviation) : deviation;
  if (size <= 0 && seen !== expected) {
    return {
      reason: seen > expected ? 'above what was expected' : 'below what was expected',
      detail: `${words.compared(seen, expected)}; only ${direction === 'up' ? 'rises' : 'falls'} are judged`,
    };
  }
  const compared = words.compared(counted, expected);
  const floor = floorAt(rule, expected, counted < expected ? -1 : 1);
  if (size < floor) return { reason: 'below floor', detail: `${compared}; off by less than ${words.one(floor)}` };
  const spreads = size / spread;
  const measured = `${compared}; ${spreads.toFixed(1)} spreads away; ${rangeSpreads} are needed`;
  return { reason: spreads < rangeSpreads ? 'below threshold' : 'off', detail: measured };
}
