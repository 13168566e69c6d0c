import { hourMs } from '../shared/domain/durations.ts';
import type { Effect } from '../shared/domain/record.ts';
import type { Settings } from '../shared/domain/settings.ts';
import type { Tick } from '../shared/domain/signal.ts';
import { type Cluster, forgetClosed, type Member, type OpenAlert, rememberClosed } from './cluster.ts';
import { evaluate } from './evaluate.ts';
import { dropExpired } from './silence.ts';
import type { AlertState } from './state.ts';
import type { ScopeClocks } from './time.ts';

/** detect repeats what is open every 10 minutes: what it does not repeat for this long it has forgotten. */
const unheardMs = hourMs;
const unheard = 'not repeated for an hour';
const replayEnded = 'replay ended';

/** Moves a scope's time on, as far as the slowest detect partition allows, and says what became due. */
export function takeTick(state: AlertState, tick: Tick, settings: Settings): Effect[] {
  const { scope } = tick;
  const began = state.clocks.now(scope) === undefined;
  const advance = state.clocks.advance(tick);
  if (state.clocks.leftBehind(scope) > 0) state.count('tick while a detect partition was left behind');
  if (advance === 'not newer') return state.ignored('tick not newer');
  if (advance === 'waiting for others') return [];
  const nowMs = state.clocks.now(scope)!;
  return state.clustersOf(scope).flatMap((cluster) => {
    if (began) beginTime(cluster, nowMs);
    closeUnheard(cluster, state.clocks, nowMs);
    dropExpired(cluster, nowMs);
    forgetClosed(cluster, nowMs);
    return [...cluster.alerts.values()].flatMap((alert) => evaluate(cluster, alert, nowMs, settings));
  });
}

/** A replay is over once every detect partition says so: its alerts resolve, and all of it is forgotten. */
export function takeEnd(state: AlertState, end: Tick, settings: Settings): Effect[] {
  const { scope, timeMs } = end;
  if (!state.clocks.end(end)) return [];
  const nowMs = Math.max(timeMs, state.clocks.now(scope) ?? 0);
  const effects = state.clustersOf(scope).flatMap((cluster) => {
    for (const alert of cluster.alerts.values()) closeOpen(cluster, alert, nowMs, () => true, replayEnded);
    return [...cluster.alerts.values()].flatMap((alert) =>
      evaluate(cluster, alert, nowMs, settings, Number.POSITIVE_INFINITY),
    );
  });
  state.forget(scope);
  return effects;
}

/** Until time began, what came was dated by its own word: none of it may lie ahead. */
function beginTime({ alerts, closed }: Cluster, nowMs: number): void {
  for (const alert of alerts.values()) {
    alert.openedAtMs = Math.min(alert.openedAtMs, nowMs);
    for (const [index, member] of alert.members.entries()) {
      const { over } = member;
      if (over === undefined) continue;
      alert.members[index] = { ...member, over: { ...over, atMs: Math.min(over.atMs, nowMs) } };
    }
  }
  for (const [id, atMs] of closed) closed.set(id, Math.min(atMs, nowMs));
}

/** By the time of the partition that speaks: one that pauses is not thereby unheard. */
function closeUnheard(cluster: Cluster, clocks: ScopeClocks, nowMs: number): void {
  const isUnheard = ({ heardAtMs, detectPartition }: Heard): boolean =>
    heardAtMs <= (clocks.tickOf(cluster.scope, detectPartition) ?? nowMs) - unheardMs;
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
  cluster: Cluster,
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
