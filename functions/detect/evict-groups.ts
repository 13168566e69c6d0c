import { hourMs, minuteMs, secondMs } from '../shared/domain/durations.ts';
import { compareText } from '../shared/domain/order.ts';
import { forgottenForNew } from '../shared/domain/reached-limit.ts';
import { type Series, seriesOf } from '../shared/domain/series.ts';
import type { Effect } from '../shared/log/record.ts';
import { newestAppendTime } from '../shared/time/append-time.ts';
import type { Full } from './capacity.ts';
import { closeMinutes } from './close-minutes.ts';
import { type Group, inOrder, lastSeenMs, type Metric } from './group.ts';
import { timeOf } from './lanes.ts';
import { close } from './observe.ts';
import type { DetectState } from './state.ts';

/** A group is on trial for so long at least, from its first sample to its newest. */
const trialS = (10 * minuteMs) / secondMs;
/** One that is settled keeps its place through a silence of so long at least, or of as long as it was known before. */
const silenceS = hourMs / secondMs;
/** So much of what may be forgotten is forgotten at once: then the search is paid for by many new series. */
const forgottenShare = 0.25;

/** A series that is new, and the sample that it is in. */
export interface Newcomer {
  readonly group: Group;
  readonly metric: Metric;
  /** The time of the sample. */
  readonly timestampMs: number;
  /** The append time of its record. */
  readonly appendedMs: number;
}

/** Seconds of an append time, as they are stored: up to the year 2106, whatever a broker's clock says. */
export const secondsOf = (appendedMs: number): number =>
  Math.min(Math.max(Math.floor(appendedMs / secondMs), 0), secondsMax);
const secondsMax = 2 ** 32 - 1;

/**
 * Notes when a group was seen, and settles one that was on trial for long enough. What is only shown is never settled.
 * A broker's clock that was ahead and is set right takes its times back.
 */
export function seeAt(state: DetectState, group: Group, atS: number): void {
  group.seenS = newestAppendTime(group.seenS * secondMs, atS * secondMs) / secondMs;
  group.sinceS = Math.min(group.sinceS, group.seenS);
  if (group.isSettled || group.seenS - group.sinceS < trialS) return;
  if (group.size.shown < group.metrics.length) state.table.settle(group, atS);
}

/**
 * Sees to it that a new series may be known: where a room is full, the series in it that were seen longest ago are
 * forgotten, a quarter at once, unless they are settled.
 * @param effects gets what that ends: minutes and anomalies
 * @returns what is full although room was made; `undefined` where there is room
 */
export function findCapacity(state: DetectState, newcomer: Newcomer, effects: Effect[]): Full | undefined {
  const { identity } = newcomer.group;
  const isJudged = newcomer.metric.judgement.judged;
  let full = state.table.fullFor(identity, isJudged);
  while (full !== undefined) {
    const forgotten = forget(state, leastRecent(state, full, newcomer), effects);
    if (forgotten === 0) return full;
    state.count(full.shownOnly ? 'forgotten for what is shown' : forgottenForNew, forgotten);
    if (!full.shownOnly) state.full.note(full.of, newSeries(newcomer), { atMs: newcomer.appendedMs, forgotten });
    full = state.table.fullFor(identity, isJudged);
  }
  return undefined;
}

/** The series that a newcomer is. */
export function newSeries({ group: { identity }, metric }: Newcomer): Series {
  return seriesOf(identity.entity, metric.name, identity.dimensions);
}

interface Candidate {
  readonly group: Group;
  readonly index: number;
  /** The append time at which it was seen last, ms: by how far it is behind the newest metric of its group. */
  readonly seenMs: number;
}

/** The quarter of what may be forgotten that was seen longest ago, by group; what came together goes by its key. */
function leastRecent(
  { table }: DetectState,
  { of, shownOnly }: Full,
  { group: newest, timestampMs, appendedMs }: Newcomer,
): Map<Group, ReadonlySet<number>> {
  const nowS = secondsOf(appendedMs);
  const candidates: Candidate[] = [];
  for (const group of of === 'entity' ? table.ofEntity(newest.identity) : table.all()) {
    if (keepsPlace(group, nowS)) continue;
    const newestMs = group.metrics.reduce((max, _, index) => Math.max(max, lastSeenMs(group, index)), 0);
    for (const [index, { judgement }] of group.metrics.entries()) {
      if (shownOnly && judgement.judged) continue;
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

function keepsPlace({ isSettled, sinceS, seenS }: Group, nowS: number): boolean {
  return isSettled && nowS - seenS <= Math.max(silenceS, seenS - sinceS);
}

/** Forgets series. A group that goes as a whole reports its open minutes before. @returns how many they were */
function forget(state: DetectState, series: ReadonlyMap<Group, ReadonlySet<number>>, effects: Effect[]): number {
  let count = 0;
  for (const [group, gone] of series) {
    const stageMs = timeOf(group, state.clocks)?.tickMs ?? Math.max(...group.minutes, 0);
    if (gone.size === group.metrics.length) closeMinutes(group, Math.max(...group.minutes), stageMs, effects);
    for (const [index, episode] of inOrder(group)) {
      if (gone.has(index)) close(group, index, episode, { stageMs }, 'series forgotten', effects);
    }
    state.table.retain(group, (index) => !gone.has(index));
    count += gone.size;
  }
  return count;
}
