import { anomalyVersion } from '../shared/domain/anomaly.ts';
import type { Settings } from '../shared/domain/settings.ts';
import type { Signal } from '../shared/domain/signal.ts';
import { deadLetter, rejectionOf } from '../shared/log/dead-letter.ts';
import { type Effect, header, type LogRecord } from '../shared/log/record.ts';
import { findMember } from './alert-index.ts';
import { type ClusterState, type Member, rememberClosed, worst } from './cluster-state.ts';
import { correlate } from './correlate.ts';
import { evaluate } from './evaluate.ts';
import { type HeldTick, heldMax, type Reported } from './held.ts';
import { noteDeclared, noteEntity } from './note-entity.ts';
import type { AlertState } from './state.ts';

/** The settings that apply, and the record that is being applied. */
export interface Applying {
  readonly settings: Settings;
  readonly record: LogRecord;
}

type AnomalySignal = Extract<Signal, { kind: 'anomaly' }>;

/**
 * Holds an anomaly under its tick until every detect partition has passed that tick. So what is applied, and in which
 * order, does not depend on which partition was read first (ONE-ORDER). An anomaly whose tick has passed is applied at
 * once.
 */
export function applyAnomaly(state: AlertState, signal: AnomalySignal, by: Applying): Effect[] {
  const { anomaly, detectPartition, tickMs } = signal;
  const { scope } = anomaly;
  const nowMs = state.clocks.now(scope);
  if (nowMs !== undefined && tickMs < nowMs) {
    // An anomaly that was redriven has no tick: it is not late.
    if (tickMs > 0) state.count('anomaly after its tick');
    return applyReported(state, { anomaly, detectPartition }, nowMs, by.settings);
  }
  state.hold(scope, tickMs, { anomaly, detectPartition });
  return applyOldestIfFull(state, by);
}

/** Applies the oldest held tick before its time if more anomalies wait than are kept; none of them is lost. */
export function applyOldestIfFull(state: AlertState, by: Applying): Effect[] {
  if (state.heldCount <= heldMax) return [];
  const oldest = state.releaseOldestHeld();
  if (oldest === undefined) return [];
  for (const _ of oldest.anomalies) state.count('anomaly before its tick: too many wait');
  return applyHeld(state, [oldest], state.clocks.now(oldest.scope) ?? oldest.tickMs, by);
}

/**
 * Applies anomalies that waited, tick by tick. An anomaly that cannot be applied becomes a dead letter, so that the
 * record that released it and the anomalies beside it are still applied.
 * @param ticks the oldest first, the anomalies of each in the order in which they are applied
 * @param nowMs their scope's time before it passed their ticks, ms; its first time if it had none before
 */
export function applyHeld(state: AlertState, ticks: readonly HeldTick[], nowMs: number, by: Applying): Effect[] {
  return ticks.flatMap(({ tickMs, anomalies, entities }) => {
    const atMs = Math.max(nowMs, tickMs);
    for (const record of entities) noteEntity(state, record, atMs);
    return anomalies.flatMap((reported) => {
      try {
        return applyReported(state, reported, atMs, by.settings);
      } catch (error) {
        return [letterOf(reported, by.record, error)];
      }
    });
  });
}

/** @param record the record that released the anomaly, whose topic, partition and offset the dead letter names */
function letterOf({ anomaly }: Reported, record: LogRecord, error: unknown): Effect {
  const { reason, detail } = rejectionOf(error);
  const value = Buffer.from(JSON.stringify(anomaly));
  const held = { ...record, key: anomaly.series.entity.cluster, value, headers: { [header.schema]: anomalyVersion } };
  return deadLetter(held, 'alert', reason, `anomaly ${anomaly.id}: ${detail}`);
}

/**
 * Adds an anomaly to the alert that it belongs to, or updates it there, and evaluates that alert. An anomaly that is
 * dismissed or closed, or whose revision is known, changes nothing and is counted (REPEATED-RECORD-CHANGES-NOTHING).
 */
function applyReported(state: AlertState, reported: Reported, atMs: number, settings: Settings): Effect[] {
  const { scope, series, id, revision } = reported.anomaly;
  const cluster = state.cluster(scope, series.entity.cluster);
  noteDeclared(cluster, settings);
  if (cluster.dismissed.has(id)) {
    updateDismissed(cluster, reported, atMs);
    return state.ignored('anomaly of an alert resolved by an operator');
  }
  const found = findMember(cluster, id);
  // CLOSED-OPENS-NOTHING
  if (cluster.closed.has(id) || found?.member.over !== undefined) return state.ignored('anomaly closed before');
  if (found !== undefined && revision <= found.member.revision) return state.ignored('anomaly revision known');
  const member = toMember(reported, atMs);
  // ONE-ALERT-PER-ANOMALY: only an anomaly that is in no alert is correlated.
  const alert = found?.alert ?? correlate(cluster, member, { onsetWindowMs: settings.alerts.onsetWindow, atMs });
  if (found !== undefined) alert.members[found.index] = { ...member, severity: worst([found.member, member]) };
  if (member.over !== undefined) rememberClosed(cluster, id, atMs);
  return evaluate(cluster, alert, { atMs, settings });
}

function updateDismissed(cluster: ClusterState, { anomaly, detectPartition }: Reported, atMs: number): void {
  const { id, revision, state, updatedAtMs } = anomaly;
  if (state === 'closed') {
    cluster.dismissed.delete(id);
    rememberClosed(cluster, id, atMs);
  } else if (revision > cluster.dismissed.get(id)!.revision) {
    cluster.dismissed.set(id, { revision, heardAtMs: updatedAtMs, detectPartition });
  }
}

function toMember({ anomaly, detectPartition }: Reported, atMs: number): Member {
  const { id, revision, series, dataset, startsAtMs, severity, score, kind, direction, reason } = anomaly;
  const { peak, expected, periodMs } = anomaly;
  const member: Member = {
    id,
    revision,
    series,
    dataset,
    startsAtMs,
    severity,
    score,
    kind,
    direction,
    reason,
    ...(peak === undefined || expected === undefined ? {} : { change: peak - expected }),
    ...(periodMs === undefined ? {} : { periodMs }),
    heardAtMs: anomaly.updatedAtMs,
    detectPartition,
  };
  if (anomaly.state === 'open') return member;
  const { endsAtMs = anomaly.updatedAtMs, closedBecause = 'no reason given' } = anomaly;
  return { ...member, over: { endsAtMs: Math.max(startsAtMs, endsAtMs), atMs, because: closedBecause } };
}
