import type { Entity, EntityKind } from '../shared/domain/entity.ts';

/** What stands on what. Within a tier trouble travels; a host carries them all. */
const tiers: Readonly<Record<string, readonly EntityKind[]>> = {
  storage: ['host', 'chunkserver', 'storage-master'],
  streaming: ['host', 'broker', 'topic', 'consumer-group'],
  search: ['host', 'search-node'],
};

/** How far down the stream of causes a kind stands: a disk stalls its host before a consumer group falls behind. */
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

/** How two anomalies belong together, the closest first. */
export const relations = ['same entity', 'same dataset', 'same tier'] as const;
export type Relation = (typeof relations)[number];

/** What relates two anomalies: where they are, and of what kind of measurement. */
export interface Location {
  readonly entity: Entity;
  readonly dataset: string;
}

/**
 * Whether trouble at one place can be the same trouble as at the other, in one cluster.
 *
 * Two hosts belong together only when they show the same dataset: load moves between them. Otherwise a busy processor
 * here and a full disk there would be one incident merely because hosts carry everything.
 * @returns `undefined` where they are unrelated
 */
export function relationOf(a: Location, b: Location): Relation | undefined {
  if (a.entity.kind === b.entity.kind && a.entity.name === b.entity.name) return 'same entity';
  if (a.entity.kind === 'host' && b.entity.kind === 'host') {
    return a.dataset === b.dataset ? 'same dataset' : undefined;
  }
  return shareTier(a.entity.kind, b.entity.kind) ? 'same tier' : undefined;
}

/** 0 for what carries the rest, more for what depends on it. */
export function depthOf(kind: EntityKind): number {
  return depths[kind];
}

function shareTier(a: EntityKind, b: EntityKind): boolean {
  return Object.values(tiers).some((kinds) => kinds.includes(a) && kinds.includes(b));
}
