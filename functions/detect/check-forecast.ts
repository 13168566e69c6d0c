import type { Effect } from '../shared/log/record.ts';
import { anomalyEffect } from './emit.ts';
import { addToTrend, forecastOf, newTrend } from './fill-trend.ts';
import {
  type FillEpisode,
  type Filling,
  noFillings,
  reportFilling,
  reportFillingClosed,
  severityOfForecast,
} from './filling.ts';
import { subjectOf } from './group.ts';
import type { Closing, Moment } from './observe.ts';
import type { Group } from './series-group.ts';

/** The samples in a row that open an episode, and that close it. */
const inARow = 5;

/**
 * Learns the level of a capacity, and reports an episode that begins, becomes critical or ends with it. Series that are no
 * capacity of the catalogue are left alone.
 * @param index   of the metric
 * @param effects receives the anomalies
 */
export function checkForecast(
  { group, index }: { readonly group: Group; readonly index: number },
  level: number,
  { timestampMs, stageMs, isHistory }: Moment,
  effects: Effect[],
): void {
  const { fullAt } = group.metrics[index]!.rule;
  if (fullAt === undefined) return;
  const filling = group.fillings.get(index) ?? startFilling(group, index);
  // A clock that was set right: what was learned by the wrong one is void.
  if (timestampMs <= filling.trend.lastMs) filling.trend = newTrend();
  addToTrend(filling.trend, timestampMs, level);
  if (isHistory) return;
  const forecast = forecastOf(filling.trend, level, fullAt);
  const severity = severityOfForecast(forecast, level, fullAt);
  const { episode } = filling;
  const isContradicting = (severity === undefined) === (episode !== undefined);
  filling.contradicting = isContradicting ? filling.contradicting + 1 : 0;
  if (filling.contradicting === 1) filling.sinceMs = timestampMs;
  if (severity === undefined || forecast === undefined) {
    if (episode !== undefined && filling.contradicting >= inARow) {
      closeForecast(group, index, { stageMs, because: 'back to normal' }, effects);
    }
    return;
  }
  const { soonest, latest } = forecast;
  if (episode === undefined && filling.contradicting < inARow) return;
  const isWorse = episode === undefined || (severity === 'critical' && episode.severity === 'warning');
  const now: FillEpisode = {
    ...(episode ?? { startsAtMs: filling.sinceMs, revision: 0, reportedAtMs: 0 }),
    severity: isWorse ? severity : episode.severity,
    ...{ level, soonest, latest, lastMs: timestampMs },
  };
  if (episode === undefined) filling.contradicting = 0;
  filling.episode = now;
  if (isWorse) effects.push(anomalyEffect(reportFilling(now, subjectOf(group, index), stageMs)));
}

/** Closes the open episode of a capacity, if there is one. Its trend is kept. */
export function closeForecast(group: Group, index: number, { stageMs, because }: Closing, effects: Effect[]): void {
  const filling = group.fillings.get(index);
  if (filling?.episode === undefined) return;
  const { episode } = filling;
  filling.episode = undefined;
  filling.contradicting = 0;
  const end = { stageMs, endsAtMs: Math.max(episode.startsAtMs, episode.lastMs), closedBecause: because };
  effects.push(anomalyEffect(reportFillingClosed(episode, subjectOf(group, index), end)));
}

function startFilling(group: Group, index: number): Filling {
  if (group.fillings === noFillings) group.fillings = new Map();
  const filling: Filling = { trend: newTrend(), contradicting: 0, sinceMs: 0, episode: undefined };
  (group.fillings as Map<number, Filling>).set(index, filling);
  return filling;
}
