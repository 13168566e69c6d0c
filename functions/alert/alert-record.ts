import { type Alert, alertVersion } from '../shared/domain/alert.ts';
import { type Effect, header } from '../shared/log/record.ts';
import { topics } from '../shared/log/topics.ts';
import {
  type ClusterState,
  earliestOnsetMs,
  endsAtMsOf,
  type Member,
  type OpenAlert,
  severityOf,
} from './cluster-state.ts';
import { rankSuspects } from './rank.ts';
import { headlineOf, labelsOf, titleOf } from './wording.ts';

/** Returns the anomaly after which an alert is named. */
export function likelyCause({ members }: OpenAlert): Member {
  const { anomalyId } = rankSuspects(members)[0]!;
  return members.find(({ id }) => id === anomalyId)!;
}

/** A change of an alert that is recorded. */
export interface Change {
  readonly transition: Alert['transition'];
  /** Shows whether receivers get a notification. */
  readonly notify: boolean;
  /** The stage time of the change, ms. */
  readonly atMs: number;
}

/** Raises an alert's revision and returns its next record. */
export function nextRecord({ scope }: ClusterState, alert: OpenAlert, change: Change): Alert {
  const { transition, notify, atMs } = change;
  // REVISION-RISES, START-IS-FIXED
  alert.revision += 1;
  alert.startsAtMs ??= earliestOnsetMs(alert);
  const snapshot = { atMs, anomalies: alert.members.length, severity: severityOf(alert) };
  alert.recorded = { ...snapshot, transition, notify };
  if (notify) {
    alert.announced = snapshot;
    // FIRST-PAGE-IS-NAMED
    alert.firstPageRevision ??= alert.revision;
  }
  return { ...toAlert(alert, change, alert.startsAtMs), scope };
}

/**
 * Returns an alert as it is now, with the revision, transition and time of its last record. Anomalies, suspects and
 * decisions that came since then are in it, as they will be in its next record. A time ahead of one that was set right since
 * is capped.
 * @returns `undefined` for an alert without a record, because no operator can have seen it
 */
export function alertNow({ scope }: ClusterState, alert: OpenAlert): Alert | undefined {
  const { recorded, startsAtMs } = alert;
  if (recorded === undefined || startsAtMs === undefined) return undefined;
  return { ...toAlert(alert, recorded, startsAtMs), scope };
}

function toAlert(alert: OpenAlert, { transition, notify, atMs }: Change, startsAtMs: number): Omit<Alert, 'scope'> {
  const { id, revision, firstPageRevision, members, trace } = alert;
  const cause = likelyCause(alert);
  const severity = severityOf(alert);
  const endsAtMs = transition === 'resolved' ? (endsAtMsOf(alert) ?? atMs) : undefined;
  return {
    id,
    revision,
    transition,
    ...(firstPageRevision === undefined ? {} : { firstPageRevision }),
    notify,
    status: transition === 'resolved' ? 'resolved' : alert.status,
    severity,
    title: titleOf(cause, members.length),
    headline: headlineOf(cause, members, startsAtMs),
    entity: cause.series.entity,
    startsAtMs,
    updatedAtMs: atMs,
    ...(endsAtMs === undefined ? {} : { endsAtMs: Math.max(endsAtMs, startsAtMs) }),
    anomalies: members.map((member) => member.id),
    suspects: rankSuspects(members),
    labels: labelsOf(cause, severity),
    annotations: {},
    trace,
  };
}

/** Returns the record of an alert for topic `alerts`. */
export function alertEffect(alert: Alert): Effect {
  return {
    topic: topics.alerts,
    key: alert.id,
    value: JSON.stringify(alert),
    headers: { [header.schema]: alertVersion },
  };
}
