import { isBeyond, isSameLimit } from '../shared/domain/limit.ts';
import type { Effect } from '../shared/log/record.ts';
import { anomalyEffect } from './emit.ts';
import { subjectOf } from './group.ts';
import {
  addWithin,
  beginLimitEpisode,
  heldLimit,
  type LimitEpisode,
  type LimitWatch,
  nextBeyond,
  noWatches,
  raiseLimit,
  reportLimit,
  reportLimitClosed,
} from './limit-watch.ts';
import type { Closing, Moment } from './observe.ts';
import type { Group } from './series-group.ts';

/**
 * Compares a value with the limits of its series, and reports an episode that begins, becomes more severe or ends with it. It
 * needs nothing that was learned, so it holds from the first value on, and for metrics that are only shown.
 * @param index   of the metric
 * @param value   finite; a rate where the metric is a counter, a minute's sum where it is a delta
 * @param effects receives the anomalies
 */
export function checkLimits(
  { group, index }: { readonly group: Group; readonly index: number },
  value: number,
  { timestampMs, stageMs }: Moment,
  effects: Effect[],
): void {
  const { limits } = group.metrics[index]!.rule;
  const known = group.watches.get(index);
  if (known === undefined && !limits.some((limit) => isBeyond(limit, value))) return;
  const watch = known ?? { beyond: [], episode: undefined };
  const beyond = limits.filter((limit) => isBeyond(limit, value));
  watch.beyond = nextBeyond(beyond, watch.beyond, timestampMs);
  const held = heldLimit(watch.beyond, timestampMs);
  const { episode } = watch;
  if (episode === undefined) {
    if (held !== undefined) watch.episode = beginLimitEpisode(held, value, timestampMs);
  } else if (addWithin(episode, value, timestampMs, beyond.length > 0)) {
    closeLimit(group, index, { stageMs, because: 'back to normal' }, effects);
    return;
  }
  const isRaised = episode !== undefined && raiseLimit(episode, held, value);
  if (watch.episode !== undefined && (episode === undefined || isRaised)) {
    effects.push(anomalyEffect(reportLimit(watch.episode, subjectOf(group, index), stageMs)));
  }
  if (watch.beyond.length === 0 && watch.episode === undefined) endWatch(group, index);
  else if (known === undefined) startWatch(group, index, watch);
}

/** Closes the open episode of a series' limits, if there is one, and forgets since when values have been beyond them. */
export function closeLimit(group: Group, index: number, { stageMs, because }: Closing, effects: Effect[]): void {
  const episode = group.watches.get(index)?.episode;
  endWatch(group, index);
  if (episode === undefined) return;
  const end = { stageMs, endsAtMs: Math.max(episode.startsAtMs, episode.lastBeyondMs), closedBecause: because };
  effects.push(anomalyEffect(reportLimitClosed(episode, subjectOf(group, index), end)));
}

/** Forgets since when values have been beyond limits, because none came for a while. An open episode goes on. */
export function forgetBeyond(group: Group, index: number): void {
  const watch = group.watches.get(index);
  if (watch?.episode === undefined) endWatch(group, index);
  else watch.beyond = [];
}

/** Returns whether the settings still have the limit of an open episode. */
export const isLimitKept = (group: Group, index: number, { limit }: LimitEpisode): boolean =>
  group.metrics[index]!.rule.limits.some((one) => isSameLimit(one, limit));

function startWatch(group: Group, index: number, watch: LimitWatch): void {
  if (group.watches === noWatches) group.watches = new Map();
  (group.watches as Map<number, LimitWatch>).set(index, watch);
}

function endWatch(group: Group, index: number): void {
  if (!group.watches.has(index)) return;
  (group.watches as Map<number, LimitWatch>).delete(index);
  if (group.watches.size === 0) group.watches = noWatches;
}
