import type { InventoryItem } from '../../api/inventory-types.ts';
import type { Entity, StatusWord } from '../../api/types.ts';
import { componentTitle } from '../../format/names.ts';
import { quantityText } from '../../format/quantity.ts';
import { counted } from '../../format/words.ts';
import { type PastTrouble, rankOf } from '../machines/past-trouble.ts';
import { shareText } from '../storage/servers.ts';

/** A component for people: the partitions of a topic, and those of a group, are one. */
export interface ClusterComponent {
  readonly key: string;
  readonly entity: Entity;
  /** A kind of the inventory; `topic` for partitions. */
  readonly kind: string;
  readonly title: string;
  /** The newest states of what it is made of. */
  readonly items: readonly InventoryItem[];
  readonly status: StatusWord;
  readonly reason: string | undefined;
  readonly sinceMs: number;
  readonly version: string | undefined;
  readonly address: string;
}

const statusOrder: readonly StatusWord[] = ['down', 'degraded', 'unknown', 'ok'];
const worse = (a: StatusWord, b: StatusWord): number => statusOrder.indexOf(a) - statusOrder.indexOf(b);

const kindOf = ({ kind }: InventoryItem): string => (kind === 'partition' ? 'topic' : kind);

function keyOf(item: InventoryItem): string {
  const { entity, dimensions } = item;
  const kind = kindOf(item);
  const isOne = kind === 'topic' || kind === 'consumer-group';
  const parts = isOne ? '' : Object.entries(dimensions).sort().join(';');
  return `${kind} ${entity.cluster}/${entity.kind}/${entity.name} ${parts}`;
}

/** Returns the components of an inventory, in its order. */
export function componentsOf(items: readonly InventoryItem[]): ClusterComponent[] {
  return [...Map.groupBy(items, keyOf)].map(([key, own]) => {
    const worst = own.toSorted((a, b) => worse(a.status, b.status))[0]!;
    return {
      key,
      entity: worst.entity,
      kind: kindOf(worst),
      title: titleOf(worst),
      items: own,
      status: worst.status,
      reason: worst.reason,
      sinceMs: worst.sinceMs,
      version: Object.entries(worst.facts ?? {}).find(([name]) => name.endsWith('.version'))?.[1],
      address: worst.facts?.['service.address'] ?? '',
    };
  });
}

function titleOf(item: InventoryItem): string {
  const { entity, dimensions } = item;
  const kind = kindOf(item);
  const place = Object.values(dimensions).join(', ');
  if (kind === 'disk') return `Disk ${place} of ${entity.name}`;
  return `${componentTitle(kind, entity.name)}${kind === 'chunkserver' && place !== '' ? ` (${place})` : ''}`;
}

/** Returns the path of an entity, which alerts name. */
export const pathOf = ({ cluster, kind, name }: Entity): string => `${cluster}/${kind}/${name}`;

/** The alerts of components in a range, by their paths. */
export type Past = ReadonlyMap<string, PastTrouble>;

/** Returns the alerts of a component in a range. A disk has none of its own: alerts name its chunkserver. */
export const pastOf = ({ entity, kind }: ClusterComponent, past: Past): PastTrouble | undefined =>
  kind === 'disk' ? undefined : past.get(pathOf(entity));

/**
 * Returns components with the worst first, then those that had alerts in the range, then in the order in which they came.
 * @param past the alerts of components, by their paths
 */
export function worstComponentsFirst(
  components: readonly ClusterComponent[],
  past: Past = new Map(),
): ClusterComponent[] {
  const pastRank = (component: ClusterComponent): number => rankOf(pastOf(component, past));
  return components.toSorted((a, b) => worse(a.status, b.status) || pastRank(a) - pastRank(b));
}

/** Returns the names of clusters: live ones before replays, and those with more components that are not ok first. */
export function clusterNames(
  byCluster: ReadonlyMap<string, readonly Pick<ClusterComponent, 'status'>[]>,
  isReplay: (name: string) => boolean,
): string[] {
  const faults = (name: string): number => byCluster.get(name)!.filter(({ status }) => status !== 'ok').length;
  return [...byCluster.keys()].sort((a, b) => Number(isReplay(a)) - Number(isReplay(b)) || faults(b) - faults(a));
}

/** Returns the worst status of some components; `ok` for none. */
export function worstStatus(components: readonly Pick<ClusterComponent, 'status'>[]): StatusWord {
  return components.reduce<StatusWord>((worst, { status }) => (worse(status, worst) < 0 ? status : worst), 'ok');
}

/** Returns a line about a component: why it is not ok, or its most telling number. */
export function lineOf(component: ClusterComponent): string {
  const { status, reason, kind, items } = component;
  if (status !== 'ok') return reason ?? status;
  const sum = (name: string): number | undefined => {
    const known = items.flatMap(({ measurements }) => measurements[name] ?? []);
    return known.length === 0 ? undefined : known.reduce((all, value) => all + value, 0);
  };
  if (kind === 'topic') return counted(items.length, 'partition');
  if (kind === 'consumer-group') {
    const lag = sum('kafka.consumergroup.consumer_lag');
    return lag === undefined ? 'ok' : `${counted(Math.round(lag), 'message')} behind`;
  }
  if (kind === 'chunkserver') {
    const chunks = sum('moosefs.chunkserver.chunks');
    return chunks === undefined ? 'connected' : counted(chunks, 'chunk');
  }
  if (kind === 'storage') {
    const [total, free] = [sum('moosefs.master.space.total.bytes'), sum('moosefs.master.space.available.bytes')];
    return total === undefined || free === undefined
      ? 'ok'
      : `${quantityText(free, 'B')} of ${quantityText(total, 'B')} free`;
  }
  if (kind === 'disk') {
    const [total, used] = [sum('moosefs.disk.space.total.bytes'), sum('moosefs.disk.space.used.bytes')];
    return total === undefined || used === undefined ? 'ok' : `${shareText(used / total)} used`;
  }
  return 'ok';
}
