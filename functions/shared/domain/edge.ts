import * as z from 'zod';
import { clusterSchema, entityKinds, entitySchema, parseEntityPath } from './entity.ts';
import { nameSchema } from './name.ts';
import { scopeSchema, timeMsSchema } from './sample.ts';

/**
 * The relations of an entity to another one that it needs. The other one is upstream.
 *
 * - `runs on`: a chunkserver, a broker, a search node or a storage master to its host; a pod to its node.
 * - `belongs to`: a chunkserver to its storage master.
 * - `reads`: a consumer group to its topic.
 * - `uses`: an entity to one that many others use, too: a topic to a broker, a service to a host, a client to its storage.
 * - `depends on`: an edge that the settings declare.
 */
export const relations = ['runs on', 'belongs to', 'reads', 'uses', 'depends on'] as const;
export type Relation = (typeof relations)[number];

/** The most edges and addresses of one entity. */
export const edgesMax = 32;
export const addressesMax = 16;
const addressSchema = nameSchema(1, 256);

const edgeSchema = z.object({
  relation: z.enum(relations),
  /** The entity upstream, in the same cluster. The name of a host may be one of its addresses. */
  to: z.object({ kind: z.enum(entityKinds), name: nameSchema(1, 512) }),
});
/** A known relation of one entity to another one of its cluster. */
export type Edge = z.infer<typeof edgeSchema>;

/** The place of an entity: its addresses and its edges. Topic `signals`. */
export const entityRecordSchema = z.object({
  entity: entitySchema,
  /** The addresses that a host reports as its own. */
  addresses: z.array(addressSchema).max(addressesMax),
  edges: z.array(edgeSchema).max(edgesMax),
  /** The stage time at which detect reported it. Ms. */
  updatedAtMs: timeMsSchema,
  scope: scopeSchema,
});
export type EntityRecord = z.infer<typeof entityRecordSchema>;
export const entityVersion = 'entity/1';

const pathSchema = z
  .string()
  .max(700)
  .refine((path) => parseEntityPath(path) !== undefined, {
    error: `expected cluster/kind/name, where kind is one of ${entityKinds.join(', ')}`,
  });

/** The most edges that the settings declare. */
export const declaredMax = 1_000;

/** An entry of the settings: one entity that needs another one. */
export const declaredEdgeSchema = z
  .strictObject({
    from: pathSchema.describe('The entity that needs the other one: cluster/kind/name.'),
    to: pathSchema.describe('The entity that is needed, of the same cluster: cluster/kind/name.'),
  })
  .refine(({ from, to }) => clusterOf(from) === clusterOf(to), {
    error: 'expected two entities of one cluster: an alert never contains anomalies of two',
  })
  .refine(({ from, to }) => from !== to, { error: 'expected two different entities' });
export type DeclaredEdge = z.infer<typeof declaredEdgeSchema>;

/** Returns the cluster that the path of an entity begins with. */
export function clusterOf(path: string): string {
  return clusterSchema.safeParse(path.split('/', 1)[0]).data ?? '';
}
