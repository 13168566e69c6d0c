import type { Entity, EntityKind } from '../shared/domain/entity.ts';

/** The kinds of entities of each tier, within which a fault spreads. Every tier runs on hosts. */
const tiers: Readonly<Record<string, readonly EntityKind[]>> = {
  storage: ['host', 'chunkserver', 'storage-master'],
  streaming: ['host', 'broker', 'topic', 'consumer-group'],
  search: ['host', 'search-node'],
};

/**
 * The distance of each kind from the host below it: a full disk stalls its host before a consumer group falls behind.
 */
const depths: Readonly<Record<EntityKind, number>> = {
  host: 0,
  chunkserver: 1,
  broker: 1,
  'search-node': 1,
  service: 1,
  'storage-master': 2,
  topic: 2,
  'consumer-group': 3,
};

/** The relations of two anomalies, the closest first. */
export const relations = ['same entity', 'same dataset', 'same tier'] as const;
export type Relation = (typeof relations)[number];

/** The facts of an anomaly that decide what it is related to. */
export interface Location {
  readonly entity: Entity;
  readonly dataset: string;
}

/**
 * Returns how anomalies at two locations of one cluster are related.
 *
 * Two hosts are related only when they show the same dataset, because load moves between hosts. Otherwise a busy
 * processor on one host and a full disk on another would be one incident merely because both are hosts.
 * @returns `undefined` where they are unrelated
 * @example
 * const on = (kind: EntityKind, name: string) => ({ entity: { cluster: 'prod', kind, name }, dataset: 'x' });
 * relationOf(on('broker', 'b1'), on('topic', 'orders')); // => 'same tier'
 */
export function relationOf(a: Location, b: Location): Relation | undefined {
  if (a.entity.kind === b.entity.kind && a.entity.name === b.entity.name) return 'same entity';
  if (a.entity.kind === 'host' && b.entity.kind === 'host') {
    return a.dataset === b.dataset ? 'same dataset' : undefined;
  }
  return shareTier(a.entity.kind, b.entity.kind) ? 'same tier' : undefined;
}

/** Returns the depth of a kind: 0 for a host, which carries the other kinds, up to 3. */
export function depthOf(kind: EntityKind): number {
  return depths[kind];
}

function shareTier(a: EntityKind, b: EntityKind): boolean {
  return Object.values(tiers).some((kinds) => kinds.includes(a) && kinds.includes(b));
}
