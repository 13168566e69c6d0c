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

/** The anomaly that an alert is named after. */
export function likelyCause({ members }: OpenAlert): Member {
  const { anomalyId } = rankSuspects(members)[0]!;
  return members.find(({ id }) => id === anomalyId)!;
}

/**
 * The alert's next record, which raises its revision.
 * @param atMs stage time
 */
export function nextRecord(
  { scope }: ClusterState,
  alert: OpenAlert,
  transition: Alert['transition'],
  notify: boolean,
  atMs: number,
): Effect {
  alert.revision += 1;
  alert.startsAtMs ??= earliestOnsetMs(alert);
  const said = { atMs, anomalies: alert.members.length, severity: severityOf(alert) };
  alert.recorded = said;
  if (notify) {
    alert.told = said;
    alert.firstPageRevision ??= alert.revision;
  }
  return alertEffect(toAlert(scope, alert, alert.startsAtMs, transition, notify, atMs));
}

function toAlert(
  scope: string,
  alert: OpenAlert,
  startsAtMs: number,
  transition: Alert['transition'],
  notify: boolean,
  updatedAtMs: number,
): Alert {
  const { id, revision, firstPageRevision, members, trace } = alert;
  const cause = likelyCause(alert);
  const severity = severityOf(alert);
  const endsAtMs = transition === 'resolved' ? (endsAtMsOf(alert) ?? updatedAtMs) : undefined;
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
    updatedAtMs,
    ...(endsAtMs === undefined ? {} : { endsAtMs: Math.max(endsAtMs, startsAtMs) }),
    anomalies: members.map((member) => member.id),
    suspects: rankSuspects(members),
    labels: labelsOf(cause, severity),
    annotations: {},
    trace,
    scope,
  };
}

function alertEffect(alert: Alert): Effect {
  return {
    topic: topics.alerts,
    key: alert.id,
    value: JSON.stringify(alert),
    headers: { [header.schema]: alertVersion },
  };
}
