import { dayMs, hourMs } from '../shared/domain/durations.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import type { Effect } from '../shared/domain/record.ts';
import { liveScope } from '../shared/domain/sample.ts';
import { endVersion, type Tick, tickVersion } from '../shared/domain/signal.ts';
import type { StepContext } from '../shared/runner/step.ts';
import { closeMinutes, newestClosedMinute } from './close-minutes.ts';
import { isGap } from './counter.ts';
import { anomalyEffect, passOn } from './emit.ts';
import { type Episode, repeatMs, tellOpen } from './episode.ts';
import { cadenceMs, type Group, lastSeenMs, subjectOf } from './group.ts';
import { close } from './observe.ts';
import type { DetectState } from './state.ts';
import type { ScopeTimes } from './time.ts';

/** A series unseen this long is forgotten. */
const forgetAfterMs = 7 * dayMs;
/** What is off and not measured for so long is over, as far as anybody can tell. */
const goneAfterMs = hourMs;
/** How often anybody looks for such series. */
const forgetEveryMs = hourMs;

/** Moves a scope's time on: minutes close, open anomalies are repeated, what was not seen for long is forgotten. */
export function takeTick(state: DetectState, tick: Tick, context: StepContext): Effect[] {
  const { scope, timeMs } = tick;
  const before = state.times.get(scope) ?? timeMs;
  if (!state.times.advance(scope, timeMs)) {
    state.count('tick not newer');
    return [];
  }
  const effects: Effect[] = [];
  for (const group of groupsOf(state, scope)) {
    const closed = closeMinutes(group, newestClosedMinute(timeMs), timeMs, effects);
    const told = tellEpisodes(group, state.times, timeMs, effects);
    if (closed || told) state.table.markChanged(group);
  }
  if (Math.floor(before / forgetEveryMs) < Math.floor(timeMs / forgetEveryMs)) {
    forgetUnseen(state, scope, timeMs - forgetAfterMs, timeMs, effects);
    state.forgetRefusals(timeMs - dayMs);
  }
  return [...effects, ...passOn({ scope, timeMs }, tickVersion, context)];
}

/**
 * A replay is over: its minutes and anomalies are closed, and it is forgotten.
 * @throws {RefusedRecordError} for `live`, which has no end
 */
export function takeEnd(state: DetectState, end: Tick, context: StepContext): Effect[] {
  const { scope, timeMs } = end;
  if (scope === liveScope) {
    throw new RefusedRecordError('end of live', `scope: "${liveScope}" has no end; expected a replay's cluster`);
  }
  const stageMs = Math.max(timeMs, state.times.get(scope) ?? 0);
  const effects: Effect[] = [];
  for (const group of groupsOf(state, scope)) {
    closeMinutes(group, Math.max(...group.minutes), stageMs, effects);
    for (const [index, episode] of inOrder(group)) close(group, index, episode, { stageMs }, 'replay ended', effects);
    state.table.retain(group, () => false);
  }
  state.times.forget(scope);
  return [...effects, ...passOn({ scope, timeMs: stageMs }, endVersion, context)];
}

/**
 * Repeats what is open for long, and closes what the settings meanwhile ignore, or what nobody measures any more: a
 * host that was switched off in the middle of an incident must not page for a week.
 * @returns whether anything was told
 */
function tellEpisodes(group: Group, times: ScopeTimes, stageMs: number, effects: Effect[]): boolean {
  const before = effects.length;
  for (const [index, episode] of inOrder(group)) {
    if (!group.metrics[index]!.judgement.judged) {
      close(group, index, episode, { stageMs }, 'ignored by settings', effects);
    } else if (isGone(group, index, times)) {
      close(group, index, episode, { stageMs }, 'no more samples', effects);
    } else if (stageMs - episode.toldAtMs >= repeatMs) {
      effects.push(anomalyEffect(tellOpen(episode, subjectOf(group, index), stageMs)));
    }
  }
  return effects.length > before;
}

/** A series that comes seldom is missed later. */
function isGone(group: Group, index: number, times: ScopeTimes): boolean {
  const silenceMs = times.silenceMs(group.identity.scope, lastSeenMs(group, index));
  return silenceMs >= goneAfterMs && isGap(silenceMs, cadenceMs(group, index));
}

function forgetUnseen(state: DetectState, scope: string, sinceMs: number, stageMs: number, effects: Effect[]): void {
  for (const group of groupsOf(state, scope)) {
    for (const [index, episode] of inOrder(group)) {
      if (lastSeenMs(group, index) >= sinceMs) continue;
      close(group, index, episode, { stageMs }, 'series forgotten', effects);
    }
    state.table.retain(group, (index) => lastSeenMs(group, index) >= sinceMs);
  }
}

function groupsOf(state: DetectState, scope: string): Group[] {
  return state.table.all().filter((group) => group.identity.scope === scope);
}

function inOrder(group: Group): [number, Episode][] {
  return [...group.episodes].sort(([a], [b]) => a - b);
}
