import type { MetricKind } from '../shared/domain/sample.ts';
import type { Series } from '../shared/domain/series.ts';
import type { Settings } from '../shared/domain/settings.ts';
import type { MetricSummary } from '../shared/domain/summary.ts';
import { quantity } from './reason.ts';
import { floorAt, ruleOf, type SeriesRule } from './rule.ts';

/** Why a minute was, or was not, off. */
export type MinuteReason =
  | 'never judged'
  | 'warming up'
  | 'above what was expected'
  | 'below what was expected'
  | 'below floor'
  | 'below threshold'
  | 'off';

export interface MinuteVerdict {
  readonly minuteMs: number;
  readonly reason: MinuteReason;
  readonly detail: string;
}

/**
 * Holds each minute's value that is furthest from what was expected at its end against floor and threshold, as detect
 * did sample by sample. A minute knows one expectation and one spread, so a verdict near the border may differ from
 * detect's own, which the anomalies tell.
 * @param known of the series' samples: kind, and the unit of what is judged
 */
export function explain(
  series: Series,
  known: { readonly kind: MetricKind; readonly unit: string },
  minutes: readonly (MetricSummary & { readonly minuteMs: number })[],
  settings: Settings,
): MinuteVerdict[] {
  const judgement = ruleOf(series, known.kind, undefined, settings);
  const say = (value: number): string => quantity(value, known.unit, series.metric);
  return minutes.map((minute) => ({ minuteMs: minute.minuteMs, ...judgeMinute(minute, judgement, say) }));
}

function judgeMinute(
  { min, max, avg, expected, spread }: MetricSummary,
  judgement: SeriesRule,
  say: (value: number) => string,
): Omit<MinuteVerdict, 'minuteMs'> {
  if (!judgement.isJudged) {
    return { reason: 'never judged', detail: `${say(avg)} on average; the catalogue or the settings say so` };
  }
  if (expected === undefined || spread === undefined) {
    return { reason: 'warming up', detail: `${say(avg)} on average; too few samples to expect anything` };
  }
  const { direction, threshold } = judgement;
  const seen = max - expected >= expected - min ? max : min;
  const counted = direction === 'up' ? max : direction === 'down' ? min : seen;
  const deviation = direction === 'down' ? expected - counted : counted - expected;
  const size = direction === 'both' ? Math.abs(deviation) : deviation;
  if (size <= 0 && seen !== expected) {
    return {
      reason: seen > expected ? 'above what was expected' : 'below what was expected',
      detail: `${say(seen)} seen, ${say(expected)} expected; only ${direction === 'up' ? 'rises' : 'falls'} are judged`,
    };
  }
  const compared = `${say(counted)} seen, ${say(expected)} expected`;
  const floor = floorAt(judgement, expected);
  if (size < floor) return { reason: 'below floor', detail: `${compared}; off by less than ${say(floor)}` };
  const spreads = size / spread;
  const measured = `${compared}; ${spreads.toFixed(1)} spreads away; ${threshold} are needed`;
  return { reason: spreads < threshold ? 'below threshold' : 'off', detail: measured };
}
