import { hourMs, minuteMs, secondMs } from '../shared/domain/durations.ts';
import { compareText } from '../shared/domain/order.ts';
import { forgottenForNew } from '../shared/domain/reached-limit.ts';
import { type Series, seriesOf } from '../shared/domain/series.ts';
import type { Effect } from '../shared/log/record.ts';
import { newestAppendTime } from '../shared/time/append-time.ts';
import type { FullCapacity } from './capacity.ts';
import { closeMinutes } from './close-minutes.ts';
import { closeSeries, openSeries } from './close-series.ts';
import { lastSeenMs } from './group.ts';
import { timeOf } from './lanes.ts';
import type { Group, Metric } from './series-group.ts';
import type { DetectState } from './state.ts';

/** The shortest time that a group is on trial, from its first sample to its newest, in seconds. */
const trialS = (10 * minuteMs) / secondMs;
/** The shortest silence after which a settled group may lose its place, in seconds; see {@link keepsPlace}. */
const silenceS = hourMs / secondMs;
/** The share of the series that may be forgotten at one time, so that one search serves many new series. */
const forgottenShare = 0.25;

/** A series that is not known yet, and the sample that contains it. */
export interface Newcomer {
  readonly group: Group;
  readonly metric: Metric;
  /** The time of the sample. */
  readonly timestampMs: number;
  /** The append time of its record. */
  readonly appendedMs: number;
}

/** Returns an append time in seconds, as state stores it: between 1970 and 2106, however wrong a broker's clock is. */
export const secondsOf = (appendedMs: number): number =>
  Math.min(Math.max(Math.floor(appendedMs / secondMs), 0), secondsMax);
const secondsMax = 2 ** 32 - 1;

/**
 * Notes when a group was seen, and settles a group that was on trial for long enough. A group of which all metrics are
 * only shown is never settled. When a broker's clock that was ahead is set right, the times noted by it are corrected.
 */
export function noteSeen(state: DetectState, group: Group, atS: number): void {
  group.seenS = newestAppendTime(group.seenS * secondMs, atS * secondMs) / secondMs;
  group.sinceS = Math.min(group.sinceS, group.seenS);
  if (group.isSettled || group.seenS - group.sinceS < trialS) return;
  if (group.size.shown < group.metrics.length) state.table.settle(group, atS);
}

/**
 * Finds capacity for a new series. While a capacity is full, it forgets the quarter of its series that were seen
 * longest ago, without the settled ones.
 * @param effects receives the summaries and anomalies that are closed by it
 * @returns the capacity that is full and has no series that may be forgotten; `undefined` if the series may be added
 */
export function findCapacity(state: DetectState, newcomer: Newcomer, effects: Effect[]): FullCapacity | undefined {
  const { identity } = newcomer.group;
  const isJudged = newcomer.metric.rule.isJudged;
  let full = state.table.fullFor(identity, isJudged);
  while (full !== undefined) {
    const forgotten = forget(state, leastRecent(state, full, newcomer), effects);
    if (forgotten === 0) return full;
    state.count(full.shownOnly ? 'forgotten for what is shown' : forgottenForNew, forgotten);
    if (!full.shownOnly) {
      state.reachedLimits.note(full.of, seriesOfNewcomer(newcomer), { atMs: newcomer.appendedMs, forgotten });
    }
    full = state.table.fullFor(identity, isJudged);
  }
  return undefined;
}

/** Returns the series of a newcomer. */
export function seriesOfNewcomer({ group: { identity }, metric }: Newcomer): Series {
  return seriesOf(identity.entity, metric.name, identity.dimensions);
}

/** A series that may be forgotten. */
interface Candidate {
  readonly group: Group;
  readonly index: number;
  /** The append time of its newest sample, ms: that of its group, less its distance from the group's newest metric. */
  readonly seenMs: number;
}

/** Returns the quarter of the series that were seen longest ago, by group. Among equal times, keys decide. */
function leastRecent(
  { table }: DetectState,
  { of, shownOnly }: FullCapacity,
  { group: newest, timestampMs, appendedMs }: Newcomer,
): Map<Group, ReadonlySet<number>> {
  const nowS = secondsOf(appendedMs);
  const candidates: Candidate[] = [];
  for (const group of of === 'entity' ? table.ofEntity(newest.identity) : table.all()) {
    if (keepsPlace(group, nowS)) continue;
    const newestMs = group.metrics.reduce((max, _, index) => Math.max(max, lastSeenMs(group, index)), 0);
    for (const [index, { rule }] of group.metrics.entries()) {
      if (shownOnly && rule.isJudged) continue;
      if (group === newest && lastSeenMs(group, index) >= timestampMs) continue;
      candidates.push({
        group,
        index,
        seenMs: Math.min(group.seenS, nowS) * secondMs - (newestMs - lastSeenMs(group, index)),
      });
    }
  }
  candidates.sort((a, b) => a.seenMs - b.seenMs || compareText(a.group.key, b.group.key) || a.index - b.index);
  const gone = candidates.slice(0, Math.ceil(forgottenShare * candidates.length));
  const byGroup = Map.groupBy(gone, ({ group }) => group);
  return new Map([...byGroup].map(([group, series]) => [group, new Set(series.map(({ index }) => index))]));
}

/**
 * Returns whether a settled group keeps its place: it has been silent for at most an hour, or for at most as long as it
 * was known before, whichever is longer.
 */
function keepsPlace({ isSettled, sinceS, seenS }: Group, nowS: number): boolean {
  return isSettled && nowS - seenS <= Math.max(silenceS, seenS - sinceS);
}

/**
 * Forgets series. A group that loses all of its series emits the summaries of its open minutes before.
 * @returns the number of series
 */
function forget(state: DetectState, series: ReadonlyMap<Group, ReadonlySet<number>>, effects: Effect[]): number {
  let count = 0;
  for (const [group, gone] of series) {
    const stageMs = timeOf(group, state.clocks)?.tickMs ?? Math.max(...group.minutes, 0);
    if (gone.size === group.metrics.length) closeMinutes(group, Math.max(...group.minutes), stageMs, effects);
    for (const index of openSeries(group)) {
      if (gone.has(index)) closeSeries(group, index, { stageMs, because: 'series forgotten' }, effects);
    }
    state.table.retain(group, (index) => !gone.has(index));
    count += gone.size;
  }
  return count;
}
