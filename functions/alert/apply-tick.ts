import { hourMs } from '../shared/domain/durations.ts';
import { detectPartitionLeftBehind } from '../shared/log/left-behind.ts';
import type { Effect } from '../shared/log/record.ts';
import type { AlignedClocks, InputTick } from '../shared/time/aligned-clocks.ts';
import { type Applying, applyHeld } from './apply-anomaly.ts';
import { type ClusterState, forgetClosed, type Member, type OpenAlert, rememberClosed } from './cluster-state.ts';
import { evaluate } from './evaluate.ts';
import { setRight } from './set-right.ts';
import { endAllSilences, moveSilences } from './silence.ts';
import type { AlertState } from './state.ts';

/** detect repeats what is open every 10 minutes: what it does not repeat for this long it has forgotten. */
const unheardMs = hourMs;
const unheard = 'not repeated for an hour';
const replayEnded = 'replay ended';

/**
 * Moves a scope's time on as far as the slowest detect partition allows: first what waited under the ticks that all of
 * them have passed is applied, then the tick, and what became due is reported.
 */
export function takeTick(state: AlertState, tick: InputTick, by: Applying): Effect[] {
  const { settings } = by;
  const { scope } = tick;
  const beforeMs = state.clocks.now(scope);
  const advance = state.clocks.advance(tick);
  if (state.clocks.leftBehind(scope) > 0) state.count(detectPartitionLeftBehind);
  if (advance.outcome === 'not newer') return state.ignored('tick not newer');
  if (!('toMs' in advance)) return [];
  const { toMs } = advance;
  const isSetRight = advance.outcome === 'set right';
  const untilMs = isSetRight ? Number.POSITIVE_INFINITY : toMs;
  const effects = applyHeld(state, state.takeHeldBefore(scope, untilMs), beforeMs ?? toMs, by);
  if (isSetRight) setRight(state, scope, toMs);
  for (const cluster of state.clustersOf(scope)) {
    closeUnheard(cluster, state.clocks, toMs);
    effects.push(...moveSilences(cluster, toMs));
    forgetClosed(cluster, toMs);
    for (const alert of cluster.alerts.values()) effects.push(...evaluate(cluster, alert, toMs, settings));
  }
  return effects;
}

/** A replay is over once every detect partition says so: its alerts resolve, and all of it is forgotten. */
export function takeEnd(state: AlertState, end: InputTick, by: Applying): Effect[] {
  const { settings } = by;
  const { scope, timeMs } = end;
  const beforeMs = state.clocks.now(scope) ?? timeMs;
  if (!state.clocks.end(end)) return [];
  const held = state.takeHeldBefore(scope, Number.POSITIVE_INFINITY);
  const nowMs = Math.max(timeMs, beforeMs, held.at(-1)?.tickMs ?? 0);
  const effects = applyHeld(state, held, beforeMs, by);
  for (const cluster of state.clustersOf(scope)) {
    for (const alert of cluster.alerts.values()) closeOpen(cluster, alert, nowMs, () => true, replayEnded);
    for (const alert of cluster.alerts.values()) {
      effects.push(...evaluate(cluster, alert, nowMs, settings, Number.POSITIVE_INFINITY));
    }
  }
  for (const cluster of state.clustersOf(scope)) effects.push(...endAllSilences(cluster, nowMs));
  state.forget(scope);
  return effects;
}

/** By the time of the partition that reports it: an anomaly of one that pauses is not thereby unheard. */
function closeUnheard(cluster: ClusterState, clocks: AlignedClocks, nowMs: number): void {
  const timeOf = (detectPartition: number): number =>
    Math.min(nowMs, clocks.input(cluster.scope, detectPartition)?.tickMs ?? nowMs);
  const isUnheard = ({ heardAtMs, detectPartition }: Heard): boolean =>
    heardAtMs <= timeOf(detectPartition) - unheardMs;
  for (const alert of cluster.alerts.values()) closeOpen(cluster, alert, nowMs, isUnheard, unheard);
  for (const [id, dismissed] of cluster.dismissed) {
    if (!isUnheard(dismissed)) continue;
    cluster.dismissed.delete(id);
    rememberClosed(cluster, id, nowMs);
  }
}

type Heard = Pick<Member, 'heardAtMs' | 'detectPartition'>;

/** Closes members that are open and that `isDue` says: they end when last heard of. */
function closeOpen(
  cluster: ClusterState,
  { members }: OpenAlert,
  nowMs: number,
  isDue: (heard: Heard) => boolean,
  because: string,
): void {
  for (const [index, member] of members.entries()) {
    const { id, startsAtMs, heardAtMs } = member;
    if (member.over !== undefined || !isDue(member)) continue;
    members[index] = { ...member, over: { endsAtMs: Math.max(startsAtMs, heardAtMs), atMs: nowMs, because } };
    rememberClosed(cluster, id, nowMs);
  }
}
