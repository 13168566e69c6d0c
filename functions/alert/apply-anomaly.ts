import { anomalyVersion } from '../shared/domain/anomaly.ts';
import type { Settings } from '../shared/domain/settings.ts';
import type { Signal } from '../shared/domain/signal.ts';
import { deadLetter, rejectionOf } from '../shared/log/dead-letter.ts';
import { type Effect, header, type LogRecord } from '../shared/log/record.ts';
import { type ClusterState, findMember, type Member, rememberClosed, worst } from './cluster-state.ts';
import { correlate } from './correlate.ts';
import { evaluate } from './evaluate.ts';
import { type HeldTick, heldMax, type Reported } from './held.ts';
import type { AlertState } from './state.ts';

/** What anomalies are applied by: the settings, and the record at hand. */
export interface Applying {
  readonly settings: Settings;
  readonly record: LogRecord;
}

type Signalled = Extract<Signal, { kind: 'anomaly' }>;

/**
 * Lets an anomaly wait under its tick until every detect partition has passed it, so that what is applied, and in which
 * order, does not depend on which partition was read first. One that comes after its tick is applied at once.
 */
export function takeAnomaly(state: AlertState, signal: Signalled, by: Applying): Effect[] {
  const { anomaly, detectPartition, tickMs } = signal;
  const { scope } = anomaly;
  const nowMs = state.clocks.now(scope);
  if (nowMs !== undefined && tickMs < nowMs) {
    // One that was redriven names no tick.
    if (tickMs > 0) state.count('anomaly after its tick');
    return applyAnomaly(state, { anomaly, detectPartition }, nowMs, by.settings);
  }
  state.hold(scope, tickMs, { anomaly, detectPartition });
  return state.heldCount > heldMax ? applyOldest(state, by) : [];
}

/** What does not fit any more is applied before its time rather than lost. */
function applyOldest(state: AlertState, by: Applying): Effect[] {
  const oldest = state.takeOldestHeld();
  if (oldest === undefined) return [];
  for (const _ of oldest.anomalies) state.count('anomaly before its tick: too many wait');
  return applyHeld(state, [oldest], state.clocks.now(oldest.scope) ?? oldest.tickMs, by);
}

/**
 * Applies anomalies that waited, tick by tick. One that cannot be applied becomes a dead letter: it must not keep the
 * record that released it, and those beside it, from being applied.
 * @param ticks the oldest first, each in its order
 * @param nowMs their scope's time before it passed their ticks; before it began, what it begins with
 */
export function applyHeld(state: AlertState, ticks: readonly HeldTick[], nowMs: number, by: Applying): Effect[] {
  return ticks.flatMap(({ tickMs, anomalies }) => {
    const atMs = Math.max(nowMs, tickMs);
    return anomalies.flatMap((reported) => {
      try {
        return applyAnomaly(state, reported, atMs, by.settings);
      } catch (error) {
        return [letterOf(reported, by.record, error)];
      }
    });
  });
}

/** @param record the one that released the anomaly, whose place in the log the letter has */
function letterOf({ anomaly }: Reported, record: LogRecord, error: unknown): Effect {
  const { reason, detail } = rejectionOf(error);
  const value = Buffer.from(JSON.stringify(anomaly));
  const held = { ...record, key: anomaly.series.entity.cluster, value, headers: { [header.schema]: anomalyVersion } };
  return deadLetter(held, 'alert', reason, `anomaly ${anomaly.id}: ${detail}`);
}

/** Takes what detect reports of a series into the alert it belongs to. What is known already changes nothing. */
function applyAnomaly(state: AlertState, reported: Reported, atMs: number, settings: Settings): Effect[] {
  const { scope, series, id, revision } = reported.anomaly;
  const cluster = state.cluster(scope, series.entity.cluster);
  if (cluster.dismissed.has(id)) {
    takeDismissed(cluster, reported, atMs);
    return state.ignored('anomaly of an alert resolved by an operator');
  }
  const found = findMember(cluster, id);
  if (cluster.closed.has(id) || found?.member.over !== undefined) return state.ignored('anomaly closed before');
  if (found !== undefined && revision <= found.member.revision) return state.ignored('anomaly revision known');
  const member = toMember(reported, atMs);
  const alert = found?.alert ?? correlate(cluster, member, settings.alerts.onsetWindow, atMs);
  if (found !== undefined) alert.members[found.index] = { ...member, severity: worst([found.member, member]) };
  if (member.over !== undefined) rememberClosed(cluster, id, atMs);
  return evaluate(cluster, alert, atMs, settings);
}

function takeDismissed(cluster: ClusterState, { anomaly, detectPartition }: Reported, atMs: number): void {
  const { id, revision, state, updatedAtMs } = anomaly;
  if (state === 'closed') {
    cluster.dismissed.delete(id);
    rememberClosed(cluster, id, atMs);
  } else if (revision > cluster.dismissed.get(id)!.revision) {
    cluster.dismissed.set(id, { revision, heardAtMs: updatedAtMs, detectPartition });
  }
}

function toMember({ anomaly, detectPartition }: Reported, atMs: number): Member {
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
