import { minuteMs } from '../shared/domain/durations.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { alertId } from '../shared/domain/ids.ts';
import { seriesText } from '../shared/domain/series-text.ts';
import { type AlertIndex, indexOf, pathOf, seriesKey } from './alert-index.ts';
import { anomaliesMax, type ClusterState, type Member, membersMax, type OpenAlert } from './cluster-state.ts';
import { reachMax, reachOf } from './topology.ts';
import { note } from './trace.ts';

/** The reasons why an anomaly joins an alert, the closest first. */
const ties = ['same series again', 'same entity', 'connected', 'same dataset'] as const;

/** The reason why an anomaly joins an alert. */
interface Tie {
  readonly reason: (typeof ties)[number];
  /** The length of the path to an entity of the alert; 0 where none is needed. */
  readonly distance: number;
  /** The entity to which the path leads, as `kind/name`. */
  readonly through?: string;
}

/** Anomalies of one dataset belong together if they began within this time, or within two collections. */
const togetherMs = minuteMs;

/** The times that decide what belongs together, ms. */
export interface Times {
  readonly onsetWindowMs: number;
  /** The stage time. */
  readonly atMs: number;
}

/**
 * Adds a new anomaly to the alert of its cluster to which it has the closest tie, or to a new alert if there is none.
 *
 * An anomaly has a tie to an alert if it began within `onsetWindowMs` of the alert's first anomaly, before or after, and is
 * of an entity of the alert, or of one that edges connect to it, or of the same dataset with nearly the same onset. The
 * window is measured from the first anomaly alone, so alerts do not chain. A series that is already in an alert joins it
 * again whenever it began, until the alert is resolved.
 * @returns the alert that the anomaly joined; of several equally close ones the oldest
 * @throws {RefusedRecordError} `too many anomalies`; nothing is changed then
 */
export function correlate(cluster: ClusterState, member: Member, { onsetWindowMs, atMs }: Times): OpenAlert {
  refuseBeyondLimit(cluster);
  const found = closest(cluster, member, onsetWindowMs);
  const alert = found?.alert ?? open(cluster, member, atMs);
  alert.members.push(member);
  note(alert.trace, {
    atMs,
    stage: 'correlate',
    reason: found?.tie.reason ?? 'opened',
    detail: `${seriesText(member.series)}: ${pathWords(found?.tie)}${member.reason}`,
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

function closest(cluster: ClusterState, member: Member, windowMs: number): { alert: OpenAlert; tie: Tie } | undefined {
  let best: { alert: OpenAlert; tie: Tie } | undefined;
  let near: ReadonlyMap<string, number> | undefined;
  for (const alert of cluster.alerts.values()) {
    if (alert.members.length >= membersMax) continue;
    const isInWindow = Math.abs(member.startsAtMs - alert.members[0]!.startsAtMs) <= windowMs;
    if (isInWindow) near ??= cluster.entities.graph.within(pathOf(member), reachMax);
    const tie = tieTo(indexOf(alert), member, isInWindow ? near : undefined);
    if (tie !== undefined && (best === undefined || isCloser(tie, best.tie))) best = { alert, tie };
  }
  return best;
}

function isCloser(a: Tie, b: Tie): boolean {
  return (ties.indexOf(a.reason) - ties.indexOf(b.reason) || a.distance - b.distance) < 0;
}

/** @param near what edges connect with the anomaly's entity; `undefined` for an alert outside of the window */
function tieTo(index: AlertIndex, member: Member, near: ReadonlyMap<string, number> | undefined): Tie | undefined {
  if (index.series.has(seriesKey(member))) return { reason: 'same series again', distance: 0 };
  if (near === undefined) return undefined;
  if (index.entities.has(pathOf(member))) return { reason: 'same entity', distance: 0 };
  return connection(index, member, near) ?? (beganTogether(index, member) ? sameDataset : undefined);
}

const sameDataset: Tie = { reason: 'same dataset', distance: 0 };

/** Returns the shortest path from the anomaly's entity to one of the alert. */
function connection({ entities }: AlertIndex, member: Member, near: ReadonlyMap<string, number>): Tie | undefined {
  let best: Tie | undefined;
  for (const [path, distance] of near) {
    if (distance >= (best?.distance ?? Number.POSITIVE_INFINITY) || !entities.has(path)) continue;
    if (distance <= reachOf(kindOf(path), member.series.entity.kind)) {
      best = { reason: 'connected', distance, through: path };
    }
  }
  return best;
}

const kindOf = (path: string) => path.slice(0, path.indexOf('/')) as Member['series']['entity']['kind'];

/** Returns whether an anomaly of the same dataset began within a minute, or within two collections if those are longer. */
function beganTogether({ onsets }: AlertIndex, { dataset, startsAtMs, periodMs = 0 }: Member): boolean {
  for (const [onsetMs, otherPeriodMs] of onsets.get(dataset) ?? []) {
    const withinMs = Math.max(togetherMs, 2 * Math.max(periodMs, otherPeriodMs));
    if (Math.abs(onsetMs - startsAtMs) <= withinMs) return true;
  }
  return false;
}

/** Returns how a tie leads to the alert, as words before the anomaly's reason. */
function pathWords(tie: Tie | undefined): string {
  if (tie?.through === undefined) return '';
  return `${tie.distance} ${tie.distance === 1 ? 'edge' : 'edges'} from ${tie.through}; `;
}

function open(cluster: ClusterState, member: Member, atMs: number): OpenAlert {
  const id = alertId(cluster.name, member.id);
  const alert: OpenAlert = { id, revision: 0, status: 'open', openedAtMs: atMs, members: [], trace: [] };
  cluster.alerts.set(id, alert);
  return alert;
}
