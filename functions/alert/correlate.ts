import type { Anomaly } from '../shared/domain/anomaly.ts';
import { alertId } from '../shared/domain/ids.ts';
import { seriesText } from '../shared/domain/series.ts';
import { type Cluster, type Member, membersMax, type OpenAlert } from './cluster.ts';
import { type Place, relationOf, relations } from './topology.ts';
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
 */
export function correlate(cluster: Cluster, member: Member, onsetWindowMs: number, atMs: number): OpenAlert {
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

function closest(cluster: Cluster, member: Member, onsetWindowMs: number): [OpenAlert, Tie] | undefined {
  let best: { alert: OpenAlert; rank: number } | undefined;
  for (const alert of cluster.alerts.values()) {
    if (alert.members.length >= membersMax) continue;
    const rank = rankOf(alert, member, onsetWindowMs);
    if (rank !== undefined && rank < (best?.rank ?? ties.length)) best = { alert, rank };
  }
  return best === undefined ? undefined : [best.alert, ties[best.rank]!];
}

function rankOf({ members }: OpenAlert, member: Member, onsetWindowMs: number): number | undefined {
  const text = seriesText(member.series);
  if (members.some(({ series }) => seriesText(series) === text)) return ties.indexOf('same series again');
  if (Math.abs(member.startsAtMs - members[0]!.startsAtMs) > onsetWindowMs) return undefined;
  const found = members.map((other) => relationOf(placeOf(other), placeOf(member)));
  const related = relations.find((relation) => found.includes(relation));
  return related === undefined ? undefined : ties.indexOf(related);
}

function placeOf({ series, dataset }: Pick<Anomaly, 'series' | 'dataset'>): Place {
  return { entity: series.entity, dataset };
}

function open(cluster: Cluster, member: Member, atMs: number): OpenAlert {
  const id = alertId(cluster.name, member.id);
  const alert: OpenAlert = { id, revision: 0, status: 'open', openedAtMs: atMs, members: [], trace: [] };
  cluster.alerts.set(id, alert);
  return alert;
}
