import type { Anomaly } from '../shared/domain/anomaly.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { alertId } from '../shared/domain/ids.ts';
import { dimensionsText, type Series, seriesText } from '../shared/domain/series.ts';
import { anomaliesMax, type ClusterState, type Member, membersMax, type OpenAlert } from './cluster-state.ts';
import { type Location, relationOf, relations } from './topology.ts';
import { note } from './trace.ts';

/** Why an anomaly joined an alert, the closest tie first. */
const ties = ['same series again', ...relations] as const;
type Tie = (typeof ties)[number];

/**
 * Puts a new anomaly where it belongs: into the alert of its cluster it is most closely tied to, or one of its own.
 *
 * It belongs to an alert whose first anomaly began within `onsetWindowMs` of it and one of whose anomalies is related
 * to it by topology. The window is measured from the alert's first anomaly alone, so nothing chains. A series that
 * comes back before its alert is resolved belongs to it whenever it began.
 * @param atMs stage time
 * @throws {RefusedRecordError} `too many anomalies`, before anything was changed
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

/** What is refused and lasts comes again: detect repeats it every 10 minutes. */
function refuseBeyondLimit({ name, alerts }: ClusterState): void {
  let anomalies = 0;
  for (const { members } of alerts.values()) anomalies += members.length;
  if (anomalies < anomaliesMax) return;
  throw new RefusedRecordError(
    'too many anomalies',
    `cluster ${name}: ${anomaliesMax} anomalies lie in open alerts, the most that are kept; raise floors in the settings`,
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
  const found = members.map((other) => relationOf(placeOf(other), placeOf(member)));
  const related = relations.find((relation) => found.includes(relation));
  return related === undefined ? undefined : ties.indexOf(related);
}

function isSame(a: Series, b: Series): boolean {
  const isClose = a.metric === b.metric && a.entity.name === b.entity.name && a.entity.kind === b.entity.kind;
  return isClose && dimensionsText(a.dimensions) === dimensionsText(b.dimensions);
}

function placeOf({ series, dataset }: Pick<Anomaly, 'series' | 'dataset'>): Location {
  return { entity: series.entity, dataset };
}

function open(cluster: ClusterState, member: Member, atMs: number): OpenAlert {
  const id = alertId(cluster.name, member.id);
  const alert: OpenAlert = { id, revision: 0, status: 'open', openedAtMs: atMs, members: [], trace: [] };
  cluster.alerts.set(id, alert);
  return alert;
}
