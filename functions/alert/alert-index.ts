import { seriesText } from '../shared/domain/series-text.ts';
import { type ClusterState, type Member, type OpenAlert, type Snapshot, severityOf } from './cluster-state.ts';

/** The members of one alert by what is looked up among them, so that a storm costs no search through all of them. */
export interface AlertIndex {
  /** The place of each anomaly among the members, by its id. */
  readonly places: ReadonlyMap<string, number>;
  /** The entities as `kind/name`, in the order in which they joined. */
  readonly entities: ReadonlySet<string>;
  readonly series: ReadonlySet<string>;
  /** The longest time between two values, ms, by the onset of the anomalies of each dataset. */
  readonly onsets: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

interface Growing extends AlertIndex {
  readonly places: Map<string, number>;
  readonly entities: Set<string>;
  readonly series: Set<string>;
  readonly onsets: Map<string, Map<number, number>>;
  /** The number of members that are in the index. */
  count: number;
}

const indices = new WeakMap<OpenAlert['members'], Growing>();

/**
 * Returns the index of an alert. Members are only ever added, or replaced by the next revision of the same anomaly, so the
 * index grows with them.
 */
export function indexOf({ members }: Pick<OpenAlert, 'members'>): AlertIndex {
  let index = indices.get(members);
  if (index === undefined) {
    index = { places: new Map(), entities: new Set(), series: new Set(), onsets: new Map(), count: 0 };
    indices.set(members, index);
  }
  for (; index.count < members.length; index.count += 1) add(index, members[index.count]!);
  return index;
}

function add({ places, entities, series, onsets, count }: Growing, member: Member): void {
  const { id, dataset, startsAtMs, periodMs = 0 } = member;
  if (!places.has(id)) places.set(id, count);
  entities.add(pathOf(member));
  series.add(seriesKey(member));
  const ofDataset = onsets.get(dataset) ?? new Map<number, number>();
  ofDataset.set(startsAtMs, Math.max(periodMs, ofDataset.get(startsAtMs) ?? 0));
  onsets.set(dataset, ofDataset);
}

/** Returns the entity of an anomaly as `kind/name`: all anomalies of an alert are of one cluster. */
export function pathOf({ series: { entity } }: Pick<Member, 'series'>): string {
  return `${entity.kind}/${entity.name}`;
}

/** Returns the text by which equal series are recognised. */
export function seriesKey({ series }: Pick<Member, 'series'>): string {
  return seriesText(series);
}

/** Returns the alert of which an anomaly is a member, and its place there; `undefined` if there is none. */
export function findMember(cluster: ClusterState, anomalyId: string): Found | undefined {
  for (const alert of cluster.alerts.values()) {
    const index = indexOf(alert).places.get(anomalyId);
    if (index !== undefined) return { alert, index, member: alert.members[index]! };
  }
  return undefined;
}

interface Found {
  readonly alert: OpenAlert;
  readonly index: number;
  readonly member: Member;
}

/** Returns what a record of an alert, written at a stage time, is compared with later. */
export function snapshotOf(alert: OpenAlert, atMs: number): Snapshot {
  return {
    atMs,
    anomalies: alert.members.length,
    entities: indexOf(alert).entities.size,
    severity: severityOf(alert),
  };
}
