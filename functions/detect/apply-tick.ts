import { isGap } from '../shared/domain/counter.ts';
import { dayMs, hourMs, secondMs } from '../shared/domain/durations.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { liveScope } from '../shared/domain/sample.ts';
import { endVersion, tickVersion } from '../shared/domain/signal.ts';
import { laneLeftBehind } from '../shared/log/left-behind.ts';
import type { Effect } from '../shared/log/record.ts';
import type { StepContext } from '../shared/runner/step.ts';
import type { InputTick, InputTime } from '../shared/time/aligned-clocks.ts';
import { closeForecast } from './check-forecast.ts';
import { closeLimit, isLimitKept } from './check-limits.ts';
import { checkPeers, closePeers } from './check-peers.ts';
import { closeMinutes, newestClosedMinute } from './close-minutes.ts';
import { closeSeries, openSeries } from './close-series.ts';
import { forgetCaseAfterMs } from './collisions.ts';
import { anomalyEffect, passOn } from './emit.ts';
import { repeatMs, reportOpen } from './episode.ts';
import { reportFilling } from './filling.ts';
import { cadenceMs, episodesInOrder, lastSeenMs, openInOrder, subjectOf } from './group.ts';
import { followLanes, type GroupTime, isInLane, laneTime, silenceMs, timeOf } from './lanes.ts';
import { reportLimit } from './limit-watch.ts';
import { endAbsences, missEntities } from './miss-entities.ts';
import { close } from './observe.ts';
import { reportPeers } from './peer-watch.ts';
import { forgetPlaceMs } from './places.ts';
import { fullForMs } from './reached-limits.ts';
import type { Group } from './series-group.ts';
import type { DetectState } from './state.ts';

/** A series is forgotten this long after its newest sample. */
export const forgetAfterMs = 7 * dayMs;
/** A series with only one sample is forgotten sooner, but not over the weekend of a job that runs every working day. */
export const forgetOnceAfterMs = 3 * dayMs + 2 * hourMs;
/**
 * A replay that never ended is ended this long after its newest tick was appended. By then the runner has also
 * forgotten which of its records were counted.
 */
export const replayOverAfterMs = 8 * dayMs;
/** An anomaly closes when its series had no sample for this long. */
const goneAfterMs = hourMs;
/** Milliseconds between two searches for series to forget. */
const forgetEveryMs = hourMs;

/**
 * Applies a tick of one lane to the groups whose samples come through that lane: closes minutes, repeats open anomalies
 * and forgets old series. The tick that it emits to `signals` carries the time of the scope, which is the slowest
 * lane's.
 */
export function applyTick(state: DetectState, tick: InputTick, context: StepContext): Effect[] {
  const { scope, timeMs, index: lane } = tick;
  const before = state.clocks.input(scope, lane);
  const beforeMs = state.clocks.now(scope);
  const advance = state.clocks.advance(tick);
  if (state.clocks.leftBehind(scope) > 0) state.count(laneLeftBehind);
  if (advance.outcome === 'not newer') {
    state.count('tick not newer');
    return [];
  }
  const effects: Effect[] = [];
  const after = state.clocks.input(scope, lane);
  for (const group of groupsOf(state, scope, lane, closesMinutes(scope, before, after))) follow(state, group, effects);
  if ('toMs' in advance) {
    const { partition, settings } = context;
    missEntities(state, { scope, partition, rule: settings.noData, beforeMs, nowMs: advance.toMs }, effects);
    checkPeers(state, { scope, beforeMs, nowMs: advance.toMs }, effects);
  }
  if (Math.floor((before?.tickMs ?? timeMs) / forgetEveryMs) < Math.floor(timeMs / forgetEveryMs)) {
    forgetUnseen(state, tick, effects);
    state.forgetRefusals(timeMs - dayMs);
    state.places.forgetBefore(scope, timeMs - forgetPlaceMs);
    if (scope === liveScope) effects.push(...endReplays(state, tick, context));
  }
  if (scope === liveScope) {
    state.reachedLimits.forgetBefore(tick.appendedMs - fullForMs);
    state.collisions.forgetBefore(tick.appendedMs - forgetCaseAfterMs);
  }
  if ('toMs' in advance) effects.push(...passOn({ scope, timeMs: advance.toMs }, tickVersion, context));
  return effects;
}

/**
 * Applies the end of a replay: closes its minutes and anomalies, and forgets its series.
 * @throws {RefusedRecordError} for the scope `live`, which has no end
 */
export function applyEnd(state: DetectState, end: InputTick, context: StepContext): Effect[] {
  const { scope, timeMs } = end;
  if (scope === liveScope) {
    throw new RefusedRecordError('end of live', `scope: "${liveScope}" has no end; expected a replay's cluster`);
  }
  const stageMs = Math.max(timeMs, state.clocks.now(scope) ?? 0);
  const effects: Effect[] = [];
  for (const group of state.table.all().filter(({ identity }) => identity.scope === scope)) {
    closeMinutes(group, Math.max(...group.minutes), stageMs, effects);
    for (const index of openSeries(group)) closeSeries(group, index, { stageMs, because: 'replay ended' }, effects);
    state.table.retain(group, () => false);
  }
  endAbsences(state, scope, stageMs, effects);
  state.clocks.forget(scope);
  state.collisions.forgetScope(scope);
  state.places.forgetBefore(scope, Number.POSITIVE_INFINITY);
  return [...effects, ...passOn({ scope, timeMs: stageMs }, endVersion, context)];
}

/** Ends replays that stopped without an end; see {@link replayOverAfterMs}. */
function endReplays(state: DetectState, { appendedMs }: InputTick, context: StepContext): Effect[] {
  const left = state.clocks
    .entries()
    .filter(([scope, clock]) => scope !== liveScope && appendedMs - clock.newestAppendedMs > replayOverAfterMs);
  return left.flatMap(([scope, { timeMs = 0, of }]) =>
    applyEnd(state, { scope, timeMs, index: 0, of, appendedMs }, context),
  );
}

/** Returns whether a minute closes between two times of a lane: then every group of the lane may emit a summary. */
function closesMinutes(scope: string, before: InputTime | undefined, after: InputTime | undefined): boolean {
  const closedBy = (input: InputTime | undefined): number => laneTime(scope, input)?.closedByMs ?? 0;
  return newestClosedMinute(closedBy(after)) > newestClosedMinute(closedBy(before));
}

/** Moves a group on to its newest time. */
function follow(state: DetectState, group: Group, effects: Effect[]): void {
  followLanes(group, state.clocks);
  const time = timeOf(group, state.clocks);
  if (time === undefined) return;
  const closed = closeMinutes(group, newestClosedMinute(time.closedByMs), time.tickMs, effects);
  const reported = reportEpisodes(group, time, effects);
  if (closed || reported || typeof group.lanes !== 'number') state.table.markChanged(group);
}

/**
 * Repeats anomalies that are open for long. Closes those whose series the settings now ignore, or whose series has no
 * more samples: a host that was switched off in the middle of an incident must not page for a week.
 * @returns whether an anomaly was reported
 */
function reportEpisodes(group: Group, time: GroupTime, effects: Effect[]): boolean {
  const { tickMs: stageMs } = time;
  const before = effects.length;
  for (const index of openSeries(group)) {
    if (isGone(group, index, time)) closeSeries(group, index, { stageMs, because: 'no more samples' }, effects);
  }
  for (const [index, episode] of episodesInOrder(group)) {
    if (!group.metrics[index]!.rule.isJudged) {
      close(group, index, { stageMs, because: 'ignored by settings' }, effects);
    } else if (isRepeatDue(episode, stageMs)) {
      effects.push(anomalyEffect(reportOpen(episode, subjectOf(group, index), stageMs)));
    }
  }
  for (const [index, episode] of openInOrder(group.watches)) {
    if (!isLimitKept(group, index, episode)) {
      closeLimit(group, index, { stageMs, because: 'ignored by settings' }, effects);
    } else if (isRepeatDue(episode, stageMs)) {
      effects.push(anomalyEffect(reportLimit(episode, subjectOf(group, index), stageMs)));
    }
  }
  for (const [index, episode] of openInOrder(group.fillings)) {
    if (group.metrics[index]!.rule.fullAt === undefined) {
      closeForecast(group, index, { stageMs, because: 'ignored by settings' }, effects);
    } else if (isRepeatDue(episode, stageMs)) {
      effects.push(anomalyEffect(reportFilling(episode, subjectOf(group, index), stageMs)));
    }
  }
  for (const [index, episode] of openInOrder(group.peerWatches)) {
    const { peers } = group.metrics[index]!.rule;
    if (peers === undefined) {
      closePeers(group, index, { stageMs, because: 'ignored by settings' }, effects);
    } else if (isRepeatDue(episode, stageMs)) {
      effects.push(anomalyEffect(reportPeers(episode, subjectOf(group, index), peers, stageMs)));
    }
  }
  return effects.length > before;
}

/** Returns whether an open episode is reported again, so that `alert` does not close it. */
const isRepeatDue = ({ reportedAtMs }: { readonly reportedAtMs: number }, stageMs: number): boolean =>
  Math.abs(stageMs - reportedAtMs) >= repeatMs;

/** Returns whether a series has no more samples. A series with rare samples must be silent for longer than an hour. */
function isGone(group: Group, index: number, time: GroupTime): boolean {
  const unseenMs = silenceMs(time, lastSeenMs(group, index));
  return unseenMs >= goneAfterMs && isGap(unseenMs, cadenceMs(group, index));
}

/** Forgets the series of a lane that had no sample for long, and closes their anomalies. */
function forgetUnseen(state: DetectState, tick: InputTick, effects: Effect[]): void {
  const { scope, timeMs: stageMs, index: lane, appendedMs } = tick;
  for (const group of groupsOf(state, scope, lane, true)) {
    const isPassed = wasSeenOnce(group) && appendedMs - group.seenS * secondMs > forgetOnceAfterMs;
    const sinceMs = isPassed ? Number.POSITIVE_INFINITY : stageMs - forgetAfterMs;
    for (const index of openSeries(group)) {
      if (lastSeenMs(group, index) >= sinceMs) continue;
      closeSeries(group, index, { stageMs, because: 'series forgotten' }, effects);
    }
    state.table.retain(group, (index) => lastSeenMs(group, index) >= sinceMs);
  }
}

const wasSeenOnce = ({ sinceS, seenS }: Group): boolean => sinceS === seenS;

/** @param every true for all groups of the lane, false for only those that every tick visits */
function groupsOf({ table }: DetectState, scope: string, lane: number, every: boolean): Group[] {
  const groups = every ? table.all() : table.visitedByEveryTick();
  return groups.filter((group) => group.identity.scope === scope && isInLane(group, lane));
}
