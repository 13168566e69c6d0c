import type { InventoryItem, StatusWord } from './inventory.ts';

/** The status of a cluster, as it follows from its components. */
export interface ClusterStatus {
  readonly status: StatusWord;
  /** The worst components in words; absent if it is `ok`. */
  readonly reason?: string;
  /** The time since which it has its status, ms; absent if nothing is known of it. */
  readonly sinceMs?: number;
}

/** The parts of an item from which the status of its cluster follows. */
export type Component = Pick<
  InventoryItem,
  'entity' | 'kind' | 'dimensions' | 'role' | 'status' | 'reason' | 'sinceMs'
>;

/** The most components that a reason names. */
const namedMax = 3;

/**
 * Returns the status of a cluster. The first line that applies counts; parts that are unknown do not count, because they may have
 * been deleted.
 *
 * | status     | if                                                                                        |
 * | ---------- | ----------------------------------------------------------------------------------------- |
 * | `unknown`  | it has no components, or all that count are unknown                                       |
 * | `down`     | a head is down, or all servers of one kind are                                            |
 * | `degraded` | any component is down or degraded, or a head or server is unknown                         |
 * | `ok`       | none of these                                                                             |
 *
 * It has its status since the oldest fault that it has; if it is `down`, since a head is, or the last server of a kind; if it is `ok`,
 * since the newest change of a component.
 */
export function clusterStatus(all: readonly Component[]): ClusterStatus {
  const counted = all.filter(({ role, status }) => role !== 'part' || status !== 'unknown');
  const faulty = counted.filter(({ status }) => status !== 'ok').sort(worstFirst);
  if (counted.length === 0) return { status: 'unknown', reason: 'nothing is known of its components' };
  if (faulty.length === 0) return { status: 'ok', sinceMs: latest(counted) };
  const sinceMs = earliest(faulty);
  if (faulty.length === counted.length && faulty.every(({ status }) => status === 'unknown')) {
    return { status: 'unknown', reason: reasonOf(faulty), sinceMs: latest(faulty) };
  }
  const downMs = downSince(counted);
  if (downMs !== undefined) return { status: 'down', reason: reasonOf(faulty), sinceMs: downMs };
  return { status: 'degraded', reason: reasonOf(faulty), sinceMs };
}

/** Returns since when a cluster is down, ms; `undefined` if it is not. */
function downSince(components: readonly Component[]): number | undefined {
  const isDown = ({ status }: Component): boolean => status === 'down';
  const heads = components.filter((component) => component.role === 'head' && isDown(component));
  const servers = components.filter(({ role }) => role === 'server');
  const kinds = [...Map.groupBy(servers, ({ kind }) => kind).values()].filter((ofKind) => ofKind.every(isDown));
  if (heads.length === 0 && kinds.length === 0) return undefined;
  return Math.min(earliest(heads), ...kinds.map(latest));
}

/** The order in which components are named, and that of clusters of which the worst decides. */
const fromWorst: readonly StatusWord[] = ['down', 'degraded', 'unknown', 'ok'];
const roles = ['head', 'server', 'part'];

/** Returns the worst of some statuses: down, degraded, unknown, ok. @returns `unknown` if there are none */
export const worstOf = (statuses: readonly StatusWord[]): StatusWord =>
  fromWorst.find((status) => statuses.includes(status)) ?? 'unknown';

/** Compares two components: the worse first, and of those in one status a head, then a server, then a part. */
export const worstFirst = (a: Component, b: Component): number =>
  fromWorst.indexOf(a.status) - fromWorst.indexOf(b.status) || roles.indexOf(a.role) - roles.indexOf(b.role);

const earliest = (components: readonly Component[]): number =>
  components.reduce((least, { sinceMs }) => Math.min(least, sinceMs), Number.POSITIVE_INFINITY);
const latest = (components: readonly Component[]): number =>
  components.reduce((most, { sinceMs }) => Math.max(most, sinceMs), 0);

function reasonOf(faulty: readonly Component[]): string {
  const named = faulty
    .slice(0, namedMax)
    .map((component) => `${componentName(component)} is ${component.status}: ${component.reason ?? 'no reason given'}`);
  const others = faulty.length - named.length;
  return [...named, ...(others > 0 ? [`and ${others} more`] : [])].join('; ');
}

/**
 * Returns the name of a component within its cluster.
 * @example
 * componentName(disk); // => 'disk 10.77.0.12:9422 device=/mnt/b/hdd2/'
 */
export function componentName({ entity, kind, dimensions }: Pick<Component, 'entity' | 'kind' | 'dimensions'>): string {
  const told = Object.entries(dimensions).map(([name, value]) => ` ${name}=${value}`);
  // Offbeat has the name of its kind.
  return `${kind === entity.name ? kind : `${kind} ${entity.name}`}${told.join('')}`;
}
