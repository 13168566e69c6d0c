import * as z from 'zod';
import { nameSchema } from './name.ts';

/**
 * The kinds of entities that Offbeat watches. A disk is not an entity but the dimension `device` of its host or
 * chunkserver.
 */
export const entityKinds = [
  'host',
  'chunkserver',
  'storage-master',
  'broker',
  'topic',
  'consumer-group',
  'search-node',
  'service',
] as const;
export type EntityKind = (typeof entityKinds)[number];
/** The kinds of entities that are missed: what runs all the time. A topic, a group or a service may well have nothing to say. */
export const missedKinds = ['host', 'broker', 'chunkserver', 'search-node'] as const satisfies readonly EntityKind[];

/** The name of a cluster. It is the first part of `cluster/kind/name`, so it cannot contain the separator. */
export const clusterSchema = nameSchema(1, 128).regex(
  /^[^/\s]+$/,
  'a cluster name contains neither "/" nor white space',
);

export const entitySchema = z.object({
  cluster: clusterSchema,
  kind: z.enum(entityKinds),
  name: nameSchema(1, 512),
});
export type Entity = z.infer<typeof entitySchema>;

/** Returns the path of an entity, as people read and type it: `cluster/kind/name`. */
export function entityPath(entity: Entity): string {
  return `${entity.cluster}/${entity.kind}/${entity.name}`;
}

/** Reads `cluster/kind/name`. The name itself may contain slashes. Returns `undefined` for a text that is not an entity. */
export function parseEntityPath(path: string): Entity | undefined {
  const [cluster, kind, ...name] = path.split('/');
  const parsed = entitySchema.safeParse({ cluster, kind, name: name.join('/') });
  return parsed.success ? parsed.data : undefined;
}
