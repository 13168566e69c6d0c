import { hourMs } from '../shared/domain/durations.ts';
import { detectPartitionLeftBehind } from '../shared/log/left-behind.ts';
import type { Effect } from '../shared/log/record.ts';
import type { AlignedClocks, InputTick } from '../shared/time/aligned-clocks.ts';
import { type Applying, applyHeld } from './apply-anomaly.ts';
import {
  type ClusterState,
  forgetClosed,
  forgetResolved,
  type Member,
  type OpenAlert,
  type Over,
  rememberClosed,
} from './cluster-state.ts';
import { evaluate } from './evaluate.ts';
import { forgetEntityMs } from './note-entity.ts';
import { setRight } from './set-right.ts';
import { endAllSilences, moveSilences } from './silence.ts';
import type { AlertState } from './state.ts';

/** Milliseconds without a report after which an open anomaly is closed: detect repeats open ones every 10 minutes. */
const unheardMs = hourMs;
const unheard = 'not repeated for an hour';
const replayEnded = 'replay ended';

/**
 * Moves a scope's time on as far as the slowest detect partition allows. The anomalies that waited under the ticks that
 * all partitions have passed are applied first, then the tick: alerts are evaluated, silences start and end.
 */
export function applyTick(state: AlertState, tick: InputTick, by: Applying): Effect[] {
  const { settings } = by;
  const { scope } = tick;
  const beforeMs = state.clocks.now(scope);
  // TIME-NEVER-RETURNS: time moves back only where a broker's clock is set right.
  const advance = state.clocks.advance(tick);
  if (state.clocks.leftBehind(scope) > 0) state.count(detectPartitionLeftBehind);
  if (advance.outcome === 'not newer') return state.ignored('tick not newer');
  if (!('toMs' in advance)) return [];
  const { toMs } = advance;
  const isSetRight = advance.outcome === 'set right';
  const untilMs = isSetRight ? Number.POSITIVE_INFINITY : toMs;
  const effects = applyHeld(state, state.releaseHeldBefore(scope, untilMs), beforeMs ?? toMs, by);
  if (isSetRight) setRight(state, scope, toMs);
  for (const cluster of state.clustersOf(scope)) {
    closeUnheard(cluster, state.clocks, toMs);
    effects.push(...moveSilences(cluster, toMs));
    forgetClosed(cluster, toMs);
    forgetResolved(cluster, toMs);
    cluster.entities.forgetBefore(toMs - forgetEntityMs);
    for (const alert of cluster.alerts.values()) effects.push(...evaluate(cluster, alert, { atMs: toMs, settings }));
  }
  return effects;
}

/** Ends a replay once every detect partition has reported its end: its alerts resolve, and its state is forgotten. */
export function applyEnd(state: AlertState, end: InputTick, by: Applying): Effect[] {
  const { settings } = by;
  const { scope, timeMs } = end;
  const beforeMs = state.clocks.now(scope) ?? timeMs;
  if (!state.clocks.end(end)) return [];
  const held = state.releaseHeldBefore(scope, Number.POSITIVE_INFINITY);
  const atMs = Math.max(timeMs, beforeMs, held.at(-1)?.tickMs ?? 0);
  const effects = applyHeld(state, held, beforeMs, by);
  const moment = { atMs, untilMs: Number.POSITIVE_INFINITY, settings };
  for (const cluster of state.clustersOf(scope)) {
    const alerts = [...cluster.alerts.values()];
    for (const alert of alerts) closeOpen(cluster, alert, () => true, { atMs, because: replayEnded });
    for (const alert of alerts) effects.push(...evaluate(cluster, alert, moment));
  }
  for (const cluster of state.clustersOf(scope)) effects.push(...endAllSilences(cluster, atMs));
  state.forget(scope);
  return effects;
}

/**
 * Closes the anomalies of a cluster that detect has not repeated for an hour. The hour is measured by the time of the
 * detect partition that reported the anomaly, so that a partition that pauses closes nothing.
 */
function closeUnheard(cluster: ClusterState, clocks: AlignedClocks, nowMs: number): void {
  const timeOf = (detectPartition: number): number =>
    Math.min(nowMs, clocks.input(cluster.scope, detectPartition)?.tickMs ?? nowMs);
  const isUnheard = ({ heardAtMs, detectPartition }: Heard): boolean =>
    heardAtMs <= timeOf(detectPartition) - unheardMs;
  for (const alert of cluster.alerts.values()) {
    closeOpen(cluster, alert, isUnheard, { atMs: nowMs, because: unheard });
  }
  for (const [id, dismissed] of cluster.dismissed) {
    if (!isUnheard(dismissed)) continue;
    cluster.dismissed.delete(id);
    rememberClosed(cluster, id, nowMs);
  }
}

type Heard = Pick<Member, 'heardAtMs' | 'detectPartition'>;

/** Closes the open members for which `isDue` is true. Each ends at the time of its last report. */
function closeOpen(
  cluster: ClusterState,
  { members }: OpenAlert,
  isDue: (heard: Heard) => boolean,
  { atMs, because }: Pick<Over, 'atMs' | 'because'>,
): void {
  for (const [index, member] of members.entries()) {
    const { id, startsAtMs, heardAtMs } = member;
    if (member.over !== undefined || !isDue(member)) continue;
    members[index] = { ...member, over: { endsAtMs: Math.max(startsAtMs, heardAtMs), atMs, because } };
    rememberClosed(cluster, id, atMs);
  }
}
