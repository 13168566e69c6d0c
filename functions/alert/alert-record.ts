import { type Alert, alertVersion, type Suspect } from '../shared/domain/alert.ts';
import { labelsOf } from '../shared/domain/labels.ts';
import { type Effect, header } from '../shared/log/record.ts';
import { topics } from '../shared/log/topics.ts';
import { indexOf, snapshotOf } from './alert-index.ts';
import {
  type ClusterState,
  earliestOnsetMs,
  endsAtMsOf,
  type Member,
  type OpenAlert,
  severityOf,
} from './cluster-state.ts';
import { endingOf } from './ending.ts';
import { type LinkSettings, withLinks } from './links.ts';
import { rankSuspects } from './rank.ts';
import { headlineOf, titleOf } from './wording.ts';

/** Returns the anomaly after which an alert is named. */
export function likelyCause({ entities }: ClusterState, alert: OpenAlert): Member {
  return memberOf(alert, rankSuspects(alert.members, entities)[0]!);
}

const memberOf = (alert: OpenAlert, { anomalyId }: Suspect): Member =>
  alert.members[indexOf(alert).places.get(anomalyId)!]!;

/** A change of an alert that is recorded. */
export interface Change {
  readonly transition: Alert['transition'];
  /** Shows whether receivers get a notification. */
  readonly notify: boolean;
  /** The stage time of the change, ms. */
  readonly atMs: number;
}

/** Raises an alert's revision and returns its next record. */
export function nextRecord(cluster: ClusterState, alert: OpenAlert, change: Change): Alert {
  const { transition, notify, atMs } = change;
  // REVISION-RISES, START-IS-FIXED
  alert.revision += 1;
  alert.startsAtMs ??= earliestOnsetMs(alert);
  const named = alert.announced?.entities;
  const snapshot = snapshotOf(alert, atMs);
  alert.recorded = { ...snapshot, transition, notify };
  if (notify) {
    alert.announced = snapshot;
    // FIRST-PAGE-IS-NAMED
    alert.firstPageRevision ??= alert.revision;
  }
  return toAlert(cluster, alert, { ...change, startsAtMs: alert.startsAtMs, named });
}

/**
 * Returns an alert as it is now, with the revision, transition and time of its last record. Anomalies, suspects and
 * decisions that came since then are in it, as they will be in its next record. A time ahead of one that was set right since
 * is capped.
 * @returns `undefined` for an alert without a record, because no operator can have seen it
 */
export function alertNow(cluster: ClusterState, alert: OpenAlert): Alert | undefined {
  const { recorded, startsAtMs } = alert;
  if (recorded === undefined || startsAtMs === undefined) return undefined;
  return toAlert(cluster, alert, { ...recorded, startsAtMs });
}

/** The part of a record of an alert that is not the alert itself. */
interface Stated extends Change {
  readonly startsAtMs: number;
  /** The number of entities, in the order in which they joined, that messages have named before; none without a message. */
  readonly named?: number | undefined;
}

function toAlert(cluster: ClusterState, alert: OpenAlert, stated: Stated): Alert {
  const { transition, notify, atMs, startsAtMs } = stated;
  const { id, revision, firstPageRevision, members, trace } = alert;
  const suspects = suspectsOf(cluster, alert, stated);
  const cause = memberOf(alert, suspects[0]!);
  const severity = severityOf(alert);
  const headline = headlineOf(cause, members, startsAtMs);
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
    headline: transition === 'resolved' ? `${headline} ${endingOf(members)}` : headline,
    entity: cause.series.entity,
    startsAtMs,
    updatedAtMs: atMs,
    ...(endsAtMs === undefined ? {} : { endsAtMs: Math.max(endsAtMs, startsAtMs) }),
    anomalies: members.map((member) => member.id),
    suspects,
    labels: labelsOf(cause, severity),
    annotations: {},
    trace,
    ...(alert.feedback === undefined ? {} : { feedback: [...alert.feedback] }),
    ...(alert.comments === undefined ? {} : { comments: [...alert.comments] }),
    scope: cluster.scope,
  };
}

/** Returns the suspects of a record. The resolve names no entity that no message named before (NAMED-BEFORE-RESOLVED). */
function suspectsOf({ entities }: ClusterState, alert: OpenAlert, { transition, notify, named }: Stated): Suspect[] {
  const suspects = rankSuspects(alert.members, entities);
  if (transition !== 'resolved' || !notify || named === undefined) return suspects;
  const known = new Set([...indexOf(alert).entities].slice(0, named));
  const kept = suspects.filter(({ entity: { kind, name } }) => known.has(`${kind}/${name}`));
  return kept.length === 0 ? suspects.slice(0, 1) : kept;
}

/** Returns the record of an alert for topic `alerts`, with its links. */
export function alertEffect(alert: Alert, settings: LinkSettings): Effect {
  return {
    topic: topics.alerts,
    key: alert.id,
    value: JSON.stringify(withLinks(alert, settings)),
    headers: { [header.schema]: alertVersion },
  };
}
