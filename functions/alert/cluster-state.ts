import type { Alert, Decision } from '../shared/domain/alert.ts';
import type { Anomaly, Severity } from '../shared/domain/anomaly.ts';
import { dayMs } from '../shared/domain/durations.ts';
import type { SilenceRecord } from '../shared/domain/silence.ts';

/** The end of an anomaly. `endsAtMs` is when the series was back to normal, by detect; `atMs` is stage time. */
export interface Over {
  readonly endsAtMs: number;
  readonly atMs: number;
  readonly because: string;
}

/** The part of an anomaly that its alert needs. */
export interface Member
  extends Pick<Anomaly, 'id' | 'series' | 'dataset' | 'startsAtMs' | 'severity' | 'score' | 'zScore' | 'direction'> {
  readonly revision: number;
  readonly reason: string;
  /** The time of the detect partition that reported it when it last did, ms. */
  readonly heardAtMs: number;
  readonly detectPartition: number;
  readonly over?: Over;
}

/** The content of an alert's record that a later one is compared with: something must be new since then. */
export interface Snapshot {
  readonly atMs: number;
  readonly anomalies: number;
  readonly severity: Severity;
}

/** An alert that is not resolved. */
export interface OpenAlert {
  readonly id: string;
  /** The revision of its last record; 0 before the first. */
  revision: number;
  status: Exclude<Alert['status'], 'resolved'>;
  /** The stage time at which its first anomaly was applied, ms. */
  openedAtMs: number;
  /**
   * The earliest onset that was known at its first record, ms. It does not change afterwards, because the alert's place
   * in the warehouse depends on it.
   */
  startsAtMs?: number;
  /** The anomalies, in the order in which they joined. */
  readonly members: Member[];
  readonly trace: Decision[];
  /** The revision of the first record that was sent to receivers. */
  firstPageRevision?: number;
  /** The severity when an operator acknowledged it. */
  acknowledgedSeverity?: Severity;
  /** The content of its last record. */
  recorded?: Snapshot;
  /** The content of the last record that was sent to receivers. */
  announced?: Snapshot;
}

/**
 * A silence that is not over. An active one mutes until stage time reaches its end, a pending one from its start on.
 */
export interface Silence
  extends Pick<
    SilenceRecord,
    'id' | 'revision' | 'by' | 'note' | 'matchers' | 'createdAtMs' | 'startsAtMs' | 'endsAtMs'
  > {
  readonly state: Exclude<SilenceRecord['state'], 'over'>;
}

/** An anomaly that was open when an operator resolved its alert: it opens no alert until it closes and starts again. */
export interface Dismissed {
  readonly revision: number;
  readonly heardAtMs: number;
  readonly detectPartition: number;
}

/** The state of one cluster in one scope. Maps are in the order of insertion. */
export interface ClusterState {
  readonly scope: string;
  readonly name: string;
  readonly alerts: Map<string, OpenAlert>;
  readonly silences: Map<string, Silence>;
  readonly dismissed: Map<string, Dismissed>;
  /** The stage time at which each anomaly closed, by its id, so that a late duplicate opens no alert. */
  readonly closed: Map<string, number>;
}

/** The most anomalies of one alert, so that its messages stay small. The next one opens another alert. */
export const membersMax = 500;
/** The most anomalies in the open alerts of a cluster. At 500 bytes each the cluster's block stays near 10 MB. */
export const anomaliesMax = 20_000;
/** The most closed anomalies that a cluster remembers, at 40 bytes each. The oldest are forgotten first. */
export const closedMax = 10_000;
const rememberClosedMs = 8 * dayMs;

export function newCluster(scope: string, name: string): ClusterState {
  return { scope, name, alerts: new Map(), silences: new Map(), dismissed: new Map(), closed: new Map() };
}

export function isEmpty({ alerts, silences, dismissed, closed }: ClusterState): boolean {
  return alerts.size + silences.size + dismissed.size + closed.size === 0;
}

/** Returns the alert of which an anomaly is a member, and its place there; `undefined` if there is none. */
export function findMember(cluster: ClusterState, anomalyId: string): Found | undefined {
  for (const alert of cluster.alerts.values()) {
    const index = alert.members.findIndex(({ id }) => id === anomalyId);
    if (index >= 0) return { alert, index, member: alert.members[index]! };
  }
  return undefined;
}

interface Found {
  readonly alert: OpenAlert;
  readonly index: number;
  readonly member: Member;
}

/** Remembers an anomaly that closed at stage time `atMs` (CLOSED-OPENS-NOTHING). */
export function rememberClosed({ closed }: ClusterState, anomalyId: string, atMs: number): void {
  closed.set(anomalyId, atMs);
  if (closed.size > closedMax) closed.delete(closed.keys().next().value!);
}

/** Forgets anomalies that closed 8 days before `nowMs`, because the log holds no record of them any more. */
export function forgetClosed({ closed }: ClusterState, nowMs: number): void {
  for (const [id, atMs] of closed) {
    if (nowMs - atMs < rememberClosedMs) return;
    closed.delete(id);
  }
}

/** The order of severities: `critical` is the highest. */
export const severityRank: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

export function worst(anomalies: readonly Pick<Member, 'severity'>[]): Severity {
  return anomalies.reduce<Severity>(
    (sofar, { severity }) => (severityRank[severity] > severityRank[sofar] ? severity : sofar),
    'info',
  );
}

/** Returns the highest severity that any of an alert's anomalies ever had (SEVERITY-NEVER-FALLS). */
export function severityOf({ members }: Pick<OpenAlert, 'members'>): Severity {
  return worst(members);
}

export function earliestOnsetMs({ members }: Pick<OpenAlert, 'members'>): number {
  return members.reduce((earliest, { startsAtMs }) => Math.min(earliest, startsAtMs), Number.POSITIVE_INFINITY);
}

/** Returns the latest end of an alert's anomalies, ms; `undefined` while one is open. */
export function endsAtMsOf(alert: Pick<OpenAlert, 'members'>): number | undefined {
  return latest(alert, ({ endsAtMs }) => endsAtMs);
}

/** Returns the stage time since which none of an alert's anomalies is open, ms; `undefined` while one is. */
export function quietSinceMs(alert: Pick<OpenAlert, 'members'>): number | undefined {
  return latest(alert, ({ atMs }) => atMs);
}

function latest({ members }: Pick<OpenAlert, 'members'>, timeOf: (over: Over) => number): number | undefined {
  let latestMs = Number.NEGATIVE_INFINITY;
  for (const { over } of members) {
    if (over === undefined) return undefined;
    latestMs = Math.max(latestMs, timeOf(over));
  }
  return latestMs;
}
