import * as z from 'zod';

const count = z.number().finite();
/** A name of a cluster or a node. One that is longer would make a document larger than the log accepts. */
const name = z.string().max(1_024);
const counted = z.object({ count }).partial();

/** The answer to `GET _cluster/health`. */
export const healthSchema = z.object({
  cluster_name: name,
  status: z.enum(['green', 'yellow', 'red']),
  number_of_nodes: count,
  active_shards: count,
  relocating_shards: count,
  initializing_shards: count,
  unassigned_shards: count,
  number_of_pending_tasks: count,
  task_max_waiting_in_queue_millis: count,
});
export type Health = z.infer<typeof healthSchema>;

const poolSchema = z.object({ queue: count, rejected: count }).partial();
const collectorSchema = z.object({ collection_count: count, collection_time_in_millis: count });
/** The pools and garbage collectors that are read. What other ones an answer has is not looked at. */
export const pools = ['bulk', 'force_merge', 'get', 'index', 'search', 'write'] as const;
export const collectors = ['old', 'young'] as const;

const optionalOf = <Name extends string, Schema extends z.ZodType>(names: readonly Name[], schema: Schema) =>
  z.object(Object.fromEntries(names.map((name) => [name, schema])) as Record<Name, Schema>).partial();

/** The reads and writes of all disks since the node started; only on Linux, and absent where its disks are not known. */
const ioSchema = z
  .object({
    operations: count,
    read_operations: count,
    write_operations: count,
    read_kilobytes: count,
    write_kilobytes: count,
  })
  .partial();

/** A node in the answer to `GET _nodes/stats`. What is absent is not measured. */
export const nodeSchema = z.object({
  name,
  transport_address: name.optional(),
  indices: z
    .object({
      docs: z.object({ count, deleted: count }).partial(),
      store: z.object({ size_in_bytes: count }).partial(),
      indexing: z.object({ index_total: count, index_time_in_millis: count, throttle_time_in_millis: count }).partial(),
      search: z.object({ query_total: count, query_time_in_millis: count }).partial(),
      segments: counted,
    })
    .partial()
    .optional(),
  process: z.object({ cpu: z.object({ percent: count }) }).optional(),
  jvm: z
    .object({
      mem: z.object({ heap_used_percent: count, heap_used_in_bytes: count, heap_max_in_bytes: count }),
      gc: z.object({ collectors: optionalOf(collectors, collectorSchema) }),
    })
    .partial()
    .optional(),
  thread_pool: optionalOf(pools, poolSchema).optional(),
  fs: z
    .object({
      total: z.object({ total_in_bytes: count, free_in_bytes: count, available_in_bytes: count }),
      io_stats: z.object({ total: ioSchema }).partial().optional(),
    })
    .optional(),
});
export type SearchNode = z.infer<typeof nodeSchema>;

/** Returns whether a value contains a number, at any depth of the schema. */
export const hasNumber = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.values(value).some(hasNumber) : typeof value === 'number';

/** The answer to `GET _nodes/stats`. Its nodes are read one by one, so that a bad one takes no other with it. */
export const nodesSchema = z.object({ nodes: z.record(z.string(), z.unknown()) });

const nest = <Name extends string, Schema extends z.ZodType>(name: Name, schema: Schema) =>
  z.object({ [name]: schema } as Record<Name, Schema>).partial();
/** Returns the settings that are texts. Where a group has only settings below a name, as Elasticsearch may, the name has an object. */
const textsOf = (group: unknown): unknown =>
  typeof group === 'object' && group !== null
    ? Object.fromEntries(Object.entries(group).filter(([, value]) => typeof value === 'string'))
    : group;
const watermarkSchema = z.object({ low: z.string(), high: z.string(), flood_stage: z.string() }).partial();
const diskSchema = z
  .object({ threshold_enabled: z.string(), watermark: z.preprocess(textsOf, watermarkSchema) })
  .partial();
const groupSchema = nest('cluster', nest('routing', nest('allocation', nest('disk', diskSchema))));
/** The answer to `GET _cluster/settings` about disks; each group has the settings that are made there. */
export const settingsSchema = z.object({
  transient: groupSchema.optional(),
  persistent: groupSchema.optional(),
  defaults: groupSchema.optional(),
});

export type DiskSettings = z.infer<typeof diskSchema>;

/** Returns the settings about disks that hold: those of a later group only where no earlier one has them. */
export function diskSettings({ transient, persistent, defaults }: z.infer<typeof settingsSchema>): DiskSettings {
  const disks = [defaults, persistent, transient].map((group) => group?.cluster?.routing?.allocation?.disk);
  return Object.assign({}, ...disks, {
    watermark: Object.assign({}, ...disks.map((disk) => disk?.watermark)),
  });
}

/** The requests whose answers these are. They ask for nothing that is not read. */
export const paths = {
  health: '/_cluster/health',
  nodes: '/_nodes/stats/indices,process,jvm,thread_pool,fs?level=node',
  settings: '/_cluster/settings?include_defaults=true&filter_path=*.cluster.routing.allocation.disk',
} as const;
