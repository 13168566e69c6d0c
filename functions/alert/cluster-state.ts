import { type Alert, type Decision, rememberMs, resolvedMax } from '../shared/domain/alert.ts';
import type { Anomaly, Severity } from '../shared/domain/anomaly.ts';
import type { Comment } from '../shared/domain/comment.ts';
import type { Feedback } from '../shared/domain/feedback.ts';
import type { SilenceRecord } from '../shared/domain/silence.ts';
import { KnownEntities } from './known-entities.ts';

/** The end of an anomaly. `endsAtMs` is when the series was back to normal, by detect; `atMs` is stage time. */
export interface Over {
  readonly endsAtMs: number;
  readonly atMs: number;
  readonly because: string;
}

/** The part of an anomaly that its alert needs. */
export interface Member
  extends Pick<Anomaly, 'id' | 'series' | 'dataset' | 'startsAtMs' | 'severity' | 'score' | 'kind' | 'direction'> {
  readonly revision: number;
  readonly reason: string;
  /** The difference of its peak from what was expected, in the unit of its metric; absent where nothing was expected. */
  readonly change?: number | undefined;
  /** The usual time between two values of its series, ms; absent where it is not known. */
  readonly periodMs?: number | undefined;
  /** The time of the detect partition that reported it when it last did, ms. */
  readonly heardAtMs: number;
  readonly detectPartition: number;
  readonly over?: Over;
}

/** The content of an alert's record that a later one is compared with: something must be new since then. */
export interface Snapshot {
  readonly atMs: number;
  readonly anomalies: number;
  /** The number of entities of its anomalies: the first ones in the order in which they joined. */
  readonly entities: number;
  readonly severity: Severity;
}

/** An alert's last record, as far as its members and its trace do not contain it. */
export interface Recorded extends Snapshot, Pick<Alert, 'transition' | 'notify'> {}

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
  /** The severity and the entities of which an operator knew who acknowledged it. */
  acknowledged?: Pick<Snapshot, 'severity' | 'entities'>;
  /** The judgements of operators. */
  feedback?: readonly Feedback[];
  /** The comments of operators. */
  comments?: readonly Comment[];
  /** The reason why it is critical whatever its anomalies are: it lasts, or it spreads. */
  raised?: string;
  /** The content of its last record. */
  recorded?: Recorded;
  /** The content of the last record that was sent to receivers. */
  announced?: Snapshot;
}

/**
 * A silence that is not over. An active one mutes until stage time reaches its end, a pending one from its start on.
 */
export interface Silence
  extends Pick<
    SilenceRecord,
    'id' | 'revision' | 'by' | 'note' | 'matchers' | 'createdAtMs' | 'startsAtMs' | 'endsAtMs' | 'updatedAtMs'
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
  /** The last records of the alerts that were resolved last, by their ids, for those who ask why an alert paged. */
  readonly resolved: Map<string, Alert>;
  /** The entities whose places are known, and how they are connected. */
  readonly entities: KnownEntities;
}

/** The most anomalies of one alert, so that its records stay below 200 KB. The next one opens another alert. */
export const membersMax = 2_000;
/** The most anomalies in the open alerts of a cluster. At 500 bytes each the cluster's block stays near 10 MB. */
export const anomaliesMax = 20_000;
/** The most closed anomalies that a cluster remembers, at 40 bytes each. The oldest are forgotten first. */
export const closedMax = 10_000;
export function newCluster(scope: string, name: string): ClusterState {
  return {
    scope,
    name,
    alerts: new Map(),
    silences: new Map(),
    dismissed: new Map(),
    closed: new Map(),
    resolved: new Map(),
    entities: new KnownEntities(),
  };
}

export function isEmpty({ alerts, silences, dismissed, closed, resolved, entities }: ClusterState): boolean {
  return alerts.size + silences.size + dismissed.size + closed.size + resolved.size + entities.size === 0;
}

/** Remembers an anomaly that closed at stage time `atMs` (CLOSED-OPENS-NOTHING). */
export function rememberClosed({ closed }: ClusterState, anomalyId: string, atMs: number): void {
  closed.set(anomalyId, atMs);
  if (closed.size > closedMax) closed.delete(closed.keys().next().value!);
}

/** Forgets anomalies that closed 8 days before `nowMs`, because the log holds no record of them any more. */
export function forgetClosed({ closed }: ClusterState, nowMs: number): void {
  for (const [id, atMs] of closed) {
    if (nowMs - atMs < rememberMs) return;
    closed.delete(id);
  }
}

/** Remembers the last record of an alert. An id that was resolved before, more than 8 days ago, comes last again. */
export function rememberResolved({ resolved }: ClusterState, record: Alert): void {
  resolved.delete(record.id);
  resolved.set(record.id, record);
  if (resolved.size > resolvedMax) resolved.delete(resolved.keys().next().value!);
}

/** Forgets alerts that were resolved 8 days before `nowMs`. */
export function forgetResolved({ resolved }: ClusterState, nowMs: number): void {
  for (const [id, { updatedAtMs }] of resolved) {
    if (nowMs - updatedAtMs < rememberMs) return;
    resolved.delete(id);
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

/** Returns the highest severity that any of an alert's anomalies ever had, or to which it was raised (SEVERITY-NEVER-FALLS). */
export function severityOf({ members, raised }: Pick<OpenAlert, 'members' | 'raised'>): Severity {
  return raised === undefined ? worst(members) : 'critical';
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
