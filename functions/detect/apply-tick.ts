import { isGap } from '../shared/domain/counter.ts';
import { dayMs, hourMs, secondMs } from '../shared/domain/durations.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { liveScope } from '../shared/domain/sample.ts';
import { endVersion, tickVersion } from '../shared/domain/signal.ts';
import { laneLeftBehind } from '../shared/log/left-behind.ts';
import type { Effect } from '../shared/log/record.ts';
import type { StepContext } from '../shared/runner/step.ts';
import type { InputTick, InputTime } from '../shared/time/aligned-clocks.ts';
import { closeMinutes, newestClosedMinute } from './close-minutes.ts';
import { anomalyEffect, passOn } from './emit.ts';
import { repeatMs, tellOpen } from './episode.ts';
import { cadenceMs, type Group, inOrder, lastSeenMs, subjectOf } from './group.ts';
import { followLanes, type GroupTime, isInLane, laneTime, silenceMs, timeOf } from './lanes.ts';
import { close } from './observe.ts';
import { fullForMs } from './reached-limits.ts';
import type { DetectState } from './state.ts';

/** A series unseen this long is forgotten. */
export const forgetAfterMs = 7 * dayMs;
/** One that was seen in one sample only is forgotten sooner: after the weekend of a job that runs every working day. */
export const forgetOnceAfterMs = 3 * dayMs + 2 * hourMs;
/**
 * A replay whose end never came is over this long after its newest tick was appended. By then nobody remembers either
 * which of its records were counted.
 */
export const replayOverAfterMs = 8 * dayMs;
/** What is off and not measured for so long is over, as far as anybody can tell. */
const goneAfterMs = hourMs;
/** How often anybody looks for such series. */
const forgetEveryMs = hourMs;

/**
 * Moves a lane on: minutes close, open anomalies are repeated, what was not seen for long is forgotten, of the groups
 * whose samples come through it. What `signals` gets is the scope's time: the slowest lane's.
 */
export function takeTick(state: DetectState, tick: InputTick, context: StepContext): Effect[] {
  const { scope, timeMs, index: lane } = tick;
  const before = state.clocks.input(scope, lane);
  const advance = state.clocks.advance(tick);
  if (state.clocks.leftBehind(scope) > 0) state.count(laneLeftBehind);
  if (advance.outcome === 'not newer') {
    state.count('tick not newer');
    return [];
  }
  const effects: Effect[] = [];
  const after = state.clocks.input(scope, lane);
  for (const group of groupsOf(state, scope, lane, closesMinutes(scope, before, after))) follow(state, group, effects);
  if (Math.floor((before?.tickMs ?? timeMs) / forgetEveryMs) < Math.floor(timeMs / forgetEveryMs)) {
    forgetUnseen(state, tick, effects);
    state.forgetRefusals(timeMs - dayMs);
    if (scope === liveScope) effects.push(...endReplays(state, tick, context));
  }
  if (scope === liveScope) state.full.forgetBefore(tick.appendedMs - fullForMs);
  if ('toMs' in advance) effects.push(...passOn({ scope, timeMs: advance.toMs }, tickVersion, context));
  return effects;
}

/**
 * A replay is over: its minutes and anomalies are closed, and it is forgotten.
 * @throws {RefusedRecordError} for `live`, which has no end
 */
export function takeEnd(state: DetectState, end: InputTick, context: StepContext): Effect[] {
  const { scope, timeMs } = end;
  if (scope === liveScope) {
    throw new RefusedRecordError('end of live', `scope: "${liveScope}" has no end; expected a replay's cluster`);
  }
  const stageMs = Math.max(timeMs, state.clocks.now(scope) ?? 0);
  const effects: Effect[] = [];
  for (const group of state.table.all().filter(({ identity }) => identity.scope === scope)) {
    closeMinutes(group, Math.max(...group.minutes), stageMs, effects);
    for (const [index, episode] of inOrder(group)) close(group, index, episode, { stageMs }, 'replay ended', effects);
    state.table.retain(group, () => false);
  }
  state.clocks.forget(scope);
  return [...effects, ...passOn({ scope, timeMs: stageMs }, endVersion, context)];
}

/** Ends replays that were left where they were: nobody can go on with them. */
function endReplays(state: DetectState, { appendedMs }: InputTick, context: StepContext): Effect[] {
  const left = state.clocks
    .entries()
    .filter(([scope, clock]) => scope !== liveScope && appendedMs - clock.newestAppendedMs > replayOverAfterMs);
  return left.flatMap(([scope, { timeMs = 0, of }]) =>
    takeEnd(state, { scope, timeMs, index: 0, of, appendedMs }, context),
  );
}

/** Whether a minute closes between two times of a lane: then every group of it has something to say. */
function closesMinutes(scope: string, before: InputTime | undefined, after: InputTime | undefined): boolean {
  const closedBy = (input: InputTime | undefined): number => laneTime(scope, input)?.closedByMs ?? 0;
  return newestClosedMinute(closedBy(after)) > newestClosedMinute(closedBy(before));
}

/** Lets a group follow its time. */
function follow(state: DetectState, group: Group, effects: Effect[]): void {
  followLanes(group, state.clocks);
  const time = timeOf(group, state.clocks);
  if (time === undefined) return;
  const closed = closeMinutes(group, newestClosedMinute(time.closedByMs), time.tickMs, effects);
  const told = tellEpisodes(group, time, effects);
  if (closed || told || typeof group.lanes !== 'number') state.table.markChanged(group);
}

/**
 * Repeats what is open for long, and closes what the settings meanwhile ignore, or what nobody measures any more: a
 * host that was switched off in the middle of an incident must not page for a week.
 * @returns whether anything was told
 */
function tellEpisodes(group: Group, time: GroupTime, effects: Effect[]): boolean {
  const { tickMs: stageMs } = time;
  const before = effects.length;
  for (const [index, episode] of inOrder(group)) {
    if (!group.metrics[index]!.judgement.judged) {
      close(group, index, episode, { stageMs }, 'ignored by settings', effects);
    } else if (isGone(group, index, time)) {
      close(group, index, episode, { stageMs }, 'no more samples', effects);
    } else if (Math.abs(stageMs - episode.toldAtMs) >= repeatMs) {
      effects.push(anomalyEffect(tellOpen(episode, subjectOf(group, index), stageMs)));
    }
  }
  return effects.length > before;
}

/** A series that comes seldom is missed later. */
function isGone(group: Group, index: number, time: GroupTime): boolean {
  const unseenMs = silenceMs(time, lastSeenMs(group, index));
  return unseenMs >= goneAfterMs && isGap(unseenMs, cadenceMs(group, index));
}

function forgetUnseen(state: DetectState, tick: InputTick, effects: Effect[]): void {
  const { scope, timeMs: stageMs, index: lane, appendedMs } = tick;
  for (const group of groupsOf(state, scope, lane, true)) {
    const isPassed = wasSeenOnce(group) && appendedMs - group.seenS * secondMs > forgetOnceAfterMs;
    const sinceMs = isPassed ? Number.POSITIVE_INFINITY : stageMs - forgetAfterMs;
    for (const [index, episode] of inOrder(group)) {
      if (lastSeenMs(group, index) >= sinceMs) continue;
      close(group, index, episode, { stageMs }, 'series forgotten', effects);
    }
    state.table.retain(group, (index) => lastSeenMs(group, index) >= sinceMs);
  }
}

const wasSeenOnce = ({ sinceS, seenS }: Group): boolean => sinceS === seenS;

/** @param every whether all groups of the lane are meant, or only those that every tick concerns */
function groupsOf({ table }: DetectState, scope: string, lane: number, every: boolean): Group[] {
  const groups = every ? table.all() : table.restless();
  return groups.filter((group) => group.identity.scope === scope && isInLane(group, lane));
}
