import type { Anomaly } from '../shared/domain/anomaly.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { alertId } from '../shared/domain/ids.ts';
import type { Series } from '../shared/domain/series.ts';
import { dimensionsText, seriesText } from '../shared/domain/series-text.ts';
import { anomaliesMax, type ClusterState, type Member, membersMax, type OpenAlert } from './cluster-state.ts';
import { type Location, relationOf, relations } from './topology.ts';
import { note } from './trace.ts';

/** The reasons why an anomaly joins an alert, the closest first. */
const ties = ['same series again', ...relations] as const;
type Tie = (typeof ties)[number];

/**
 * Adds a new anomaly to the alert of its cluster to which it has the closest tie, or to a new alert if there is none.
 *
 * An anomaly has a tie to an alert if it began within `onsetWindowMs` of the alert's first anomaly, before or after,
 * and is related to any of its anomalies by topology. The window is measured from the first anomaly alone, so alerts do
 * not chain. A series that is already in an alert joins it again whenever it began, until the alert is resolved.
 * @param onsetWindowMs ms, in the unit of the anomalies' onsets
 * @param atMs stage time, ms
 * @returns the alert that the anomaly joined; of several equally close ones the oldest
 * @throws {RefusedRecordError} `too many anomalies`; nothing is changed then
 */
export function correlate(cluster: ClusterState, member: Member, onsetWindowMs: number, atMs: number): OpenAlert {
  refuseBeyondLimit(cluster);
  const [alert, tie] = closest(cluster, member, onsetWindowMs) ?? [open(cluster, member, atMs), 'opened'];
  alert.members.push(member);
  note(alert.trace, {
    atMs,
    stage: 'correlate',
    reason: tie,
    detail: `${seriesText(member.series)}: ${member.reason}`,
  });
  return alert;
}

/** Refuses an anomaly beyond the cluster's limit. If the anomaly lasts, detect repeats it every 10 minutes. */
function refuseBeyondLimit({ name, alerts }: ClusterState): void {
  let anomalies = 0;
  for (const { members } of alerts.values()) anomalies += members.length;
  if (anomalies < anomaliesMax) return;
  throw new RefusedRecordError(
    'too many anomalies',
    `cluster ${name}: its open alerts contain ${anomaliesMax} anomalies, which is the limit; raise floors in the settings`,
  );
}

function closest(cluster: ClusterState, member: Member, onsetWindowMs: number): [OpenAlert, Tie] | undefined {
  let best: { alert: OpenAlert; rank: number } | undefined;
  for (const alert of cluster.alerts.values()) {
    if (alert.members.length >= membersMax) continue;
    const rank = rankOf(alert, member, onsetWindowMs);
    if (rank !== undefined && rank < (best?.rank ?? ties.length)) best = { alert, rank };
  }
  return best === undefined ? undefined : [best.alert, ties[best.rank]!];
}

function rankOf({ members }: OpenAlert, member: Member, onsetWindowMs: number): number | undefined {
  if (members.some(({ series }) => isSame(series, member.series))) return ties.indexOf('same series again');
  if (Math.abs(member.startsAtMs - members[0]!.startsAtMs) > onsetWindowMs) return undefined;
  const found = members.map((other) => relationOf(locationOf(other), locationOf(member)));
  const related = relations.find((relation) => found.includes(relation));
  return related === undefined ? undefined : ties.indexOf(related);
}

function isSame(a: Series, b: Series): boolean {
  const isClose = a.metric === b.metric && a.entity.name === b.entity.name && a.entity.kind === b.entity.kind;
  return isClose && dimensionsText(a.dimensions) === dimensionsText(b.dimensions);
}

function locationOf({ series, dataset }: Pick<Anomaly, 'series' | 'dataset'>): Location {
  return { entity: series.entity, dataset };
}

function open(cluster: ClusterState, member: Member, atMs: number): OpenAlert {
  const id = alertId(cluster.name, member.id);
  const alert: OpenAlert = { id, revision: 0, status: 'open', openedAtMs: atMs, members: [], trace: [] };
  cluster.alerts.set(id, alert);
  return alert;
}
