import type { Alert, Decision } from '../shared/domain/alert.ts';
import type { Anomaly, Severity } from '../shared/domain/anomaly.ts';
import { dayMs } from '../shared/domain/durations.ts';
import type { SilenceRecord } from '../shared/domain/silence.ts';

/** How an anomaly came to its end; times are stage time, but for `endsAtMs`. */
export interface Over {
  readonly endsAtMs: number;
  readonly atMs: number;
  readonly because: string;
}

/** An anomaly, as far as its alert needs it. */
export interface Member
  extends Pick<Anomaly, 'id' | 'series' | 'dataset' | 'startsAtMs' | 'severity' | 'score' | 'zScore' | 'direction'> {
  readonly revision: number;
  readonly reason: string;
  /** Stage time of the detect partition it is of, when that last spoke of it. */
  readonly heardAtMs: number;
  readonly detectPartition: number;
  readonly over?: Over;
}

/** What an alert said of itself, and when: a later word needs something new. */
export interface Snapshot {
  readonly atMs: number;
  readonly anomalies: number;
  readonly severity: Severity;
}

/** An alert that is not resolved. */
export interface OpenAlert {
  readonly id: string;
  /** Of its last record; 0 while it gathers. */
  revision: number;
  status: Exclude<Alert['status'], 'resolved'>;
  /** Stage time of its first anomaly's coming. */
  openedAtMs: number;
  /** Earliest onset when it was first recorded, and fixed then: where it lies in the warehouse depends on it. */
  startsAtMs?: number;
  /** In order of joining. */
  readonly members: Member[];
  readonly trace: Decision[];
  /** Of the first record that receivers were told of. */
  firstPageRevision?: number;
  /** Its last record, and the last one that receivers were told of. */
  recorded?: Snapshot;
  told?: Snapshot;
}

/** A person's mute. An active one holds until stage time reaches its end, a pending one from its start. */
export interface Silence
  extends Pick<
    SilenceRecord,
    'id' | 'revision' | 'by' | 'note' | 'matchers' | 'createdAtMs' | 'startsAtMs' | 'endsAtMs'
  > {
  readonly state: Exclude<SilenceRecord['state'], 'over'>;
}

/** An anomaly still open whose alert an operator resolved: it opens nothing until it closes and comes again. */
export interface Dismissed {
  readonly revision: number;
  readonly heardAtMs: number;
  readonly detectPartition: number;
}

/** All that is known of one cluster, in one scope. Maps are in order of entry. */
export interface ClusterState {
  readonly scope: string;
  readonly name: string;
  readonly alerts: Map<string, OpenAlert>;
  readonly silences: Map<string, Silence>;
  readonly dismissed: Map<string, Dismissed>;
  /** Closed anomalies and the stage time of their closing, so that a late duplicate opens nothing. */
  readonly closed: Map<string, number>;
}

/** Beyond this an incident is told in several alerts, so that one message and one state block stay small. */
export const membersMax = 500;
/** In the open alerts of a cluster, at 500 bytes each: what keeps its block near 10 MB. */
export const anomaliesMax = 20_000;
/** The oldest are forgotten first; at 40 bytes each. */
const closedMax = 10_000;
const rememberClosedMs = 8 * dayMs;

export function newCluster(scope: string, name: string): ClusterState {
  return { scope, name, alerts: new Map(), silences: new Map(), dismissed: new Map(), closed: new Map() };
}

export function isEmpty({ alerts, silences, dismissed, closed }: ClusterState): boolean {
  return alerts.size + silences.size + dismissed.size + closed.size === 0;
}

/** Where an anomaly belongs, if it is a member of an alert. */
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

export function rememberClosed({ closed }: ClusterState, anomalyId: string, atMs: number): void {
  closed.set(anomalyId, atMs);
  if (closed.size > closedMax) closed.delete(closed.keys().next().value!);
}

/** Forgets anomalies that closed 8 days before `nowMs`: the log no longer holds them. */
export function forgetClosed({ closed }: ClusterState, nowMs: number): void {
  for (const [id, atMs] of closed) {
    if (nowMs - atMs < rememberClosedMs) return;
    closed.delete(id);
  }
}

/** `critical` before `warning` before `info`. */
export const severityRank: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

export function worst(anomalies: readonly Pick<Member, 'severity'>[]): Severity {
  return anomalies.reduce<Severity>(
    (sofar, { severity }) => (severityRank[severity] > severityRank[sofar] ? severity : sofar),
    'info',
  );
}

/** The worst that any of its anomalies ever was: it never falls while the alert is open. */
export function severityOf({ members }: Pick<OpenAlert, 'members'>): Severity {
  return worst(members);
}

export function earliestOnsetMs({ members }: Pick<OpenAlert, 'members'>): number {
  return members.reduce((earliest, { startsAtMs }) => Math.min(earliest, startsAtMs), Number.POSITIVE_INFINITY);
}

/** The latest end of its anomalies, ms; `undefined` while one is open. */
export function endsAtMsOf(alert: Pick<OpenAlert, 'members'>): number | undefined {
  return latest(alert, ({ endsAtMs }) => endsAtMs);
}

/** Stage time since which none of its anomalies is open; `undefined` while one is. */
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
