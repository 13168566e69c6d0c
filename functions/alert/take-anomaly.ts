import type { Effect } from '../shared/domain/record.ts';
import type { Settings } from '../shared/domain/settings.ts';
import type { Signal } from '../shared/domain/signal.ts';
import { type Cluster, findMember, type Member, rememberClosed, worst } from './cluster.ts';
import { correlate } from './correlate.ts';
import { evaluate } from './evaluate.ts';
import type { AlertState } from './state.ts';

type Spoken = Extract<Signal, { kind: 'anomaly' }>;

/** Takes what detect says of a series into the alert it belongs to. What is known already changes nothing. */
export function takeAnomaly(
  state: AlertState,
  { anomaly, detectPartition }: Omit<Spoken, 'kind'>,
  settings: Settings,
): Effect[] {
  const { scope, series, id, revision } = anomaly;
  const nowMs = state.clocks.now(scope);
  const atMs = nowMs ?? anomaly.updatedAtMs;
  const cluster = state.cluster(scope, series.entity.cluster);
  if (cluster.dismissed.has(id)) {
    takeDismissed(cluster, { anomaly, detectPartition }, atMs);
    return state.ignored('anomaly of an alert resolved by an operator');
  }
  const found = findMember(cluster, id);
  if (cluster.closed.has(id) || found?.member.over !== undefined) return state.ignored('anomaly closed before');
  if (found !== undefined && revision <= found.member.revision) return state.ignored('anomaly revision known');
  const member = toMember({ anomaly, detectPartition }, atMs);
  const alert = found?.alert ?? correlate(cluster, member, settings.alerts.onsetWindow, atMs);
  if (found !== undefined) alert.members[found.index] = { ...member, severity: worst([found.member, member]) };
  if (member.over !== undefined) rememberClosed(cluster, id, atMs);
  return nowMs === undefined ? [] : evaluate(cluster, alert, nowMs, settings);
}

function takeDismissed(cluster: Cluster, { anomaly, detectPartition }: Omit<Spoken, 'kind'>, atMs: number): void {
  const { id, revision, state, updatedAtMs } = anomaly;
  if (state === 'closed') {
    cluster.dismissed.delete(id);
    rememberClosed(cluster, id, atMs);
  } else if (revision > cluster.dismissed.get(id)!.revision) {
    cluster.dismissed.set(id, { revision, heardAtMs: updatedAtMs, detectPartition });
  }
}

function toMember({ anomaly, detectPartition }: Omit<Spoken, 'kind'>, atMs: number): Member {
  const { id, revision, series, dataset, startsAtMs, severity, score, zScore, direction, reason } = anomaly;
  const member: Member = {
    id,
    revision,
    series,
    dataset,
    startsAtMs,
    severity,
    score,
    zScore,
    direction,
    reason,
    heardAtMs: anomaly.updatedAtMs,
    detectPartition,
  };
  if (anomaly.state === 'open') return member;
  const { endsAtMs = anomaly.updatedAtMs, closedBecause = 'no reason given' } = anomaly;
  return { ...member, over: { endsAtMs: Math.max(startsAtMs, endsAtMs), atMs, because: closedBecause } };
}
