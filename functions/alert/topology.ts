import type { Relation } from '../shared/domain/edge.ts';
import type { EntityKind } from '../shared/domain/entity.ts';

/**
 * The length of an edge. One to an entity that many others use counts twice: else all topics of a broker, and all clients
 * of a storage, would be two edges from each other.
 */
export const edgeLength: Readonly<Record<Relation, number>> = {
  'runs on': 1,
  'belongs to': 1,
  reads: 1,
  'depends on': 1,
  uses: 2,
};

/** The longest path of two related entities, and the longest one where a part of the storage is at an end of it. */
const reachUsual = 2;
const reachOfStorage = 3;
/** The longest path of any two related entities. */
export const reachMax = reachOfStorage;

/** Returns the longest path by which entities of two kinds are related. */
export function reachOf(a: EntityKind, b: EntityKind): number {
  return isOfStorage(a) || isOfStorage(b) ? reachOfStorage : reachUsual;
}

const isOfStorage = (kind: EntityKind): boolean => kind === 'chunkserver' || kind === 'storage-master';

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

/** Returns the depth of a kind: 0 for a host, which carries the other kinds, up to 3. */
export function depthOf(kind: EntityKind): number {
  return depths[kind];
}
