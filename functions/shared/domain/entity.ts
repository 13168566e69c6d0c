import * as z from 'zod';
import { nameSchema } from './name.ts';

/** What Offbeat watches, by what it is. A disk is not an entity but the dimension `device` of its host or chunkserver. */
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

/** A cluster's name stands first in `cluster/kind/name`, so it cannot hold the separator. */
export const clusterSchema = nameSchema(1, 128).regex(/^[^/\s]+$/, 'a cluster name holds neither "/" nor white space');

export const entitySchema = z.object({
  cluster: clusterSchema,
  kind: z.enum(entityKinds),
  name: nameSchema(1, 512),
});
export type Entity = z.infer<typeof entitySchema>;

/** `cluster/kind/name`, as people read and type it. */
export function entityPath(entity: Entity): string {
  return `${entity.cluster}/${entity.kind}/${entity.name}`;
}

/** Reads `cluster/kind/name`; the name may itself hold slashes. `undefined` where the text is not an entity. */
export function parseEntityPath(path: string): Entity | undefined {
  const [cluster, kind, ...name] = path.split('/');
  const parsed = entitySchema.safeParse({ cluster, kind, name: name.join('/') });
  return parsed.success ? parsed.data : undefined;
}
