import * as z from 'zod';

const count = z.number().finite();
const counted = z.object({ count }).partial();

/** The answer to `GET _cluster/health`. */
export const healthSchema = z.object({
  cluster_name: z.string(),
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

/** A node in the answer to `GET _nodes/stats`. What is absent is not measured. */
const nodeSchema = z.object({
  name: z.string(),
  transport_address: z.string().optional(),
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
      gc: z.object({
        collectors: z.record(z.string(), z.object({ collection_count: count, collection_time_in_millis: count })),
      }),
    })
    .partial()
    .optional(),
  thread_pool: z.record(z.string(), z.object({ queue: count, rejected: count }).partial()).optional(),
  fs: z
    .object({ total: z.object({ total_in_bytes: count, free_in_bytes: count, available_in_bytes: count }) })
    .optional(),
});
export type SearchNode = z.infer<typeof nodeSchema>;

/** The answer to `GET _nodes/stats`. */
export const nodesSchema = z.object({ nodes: z.record(z.string(), nodeSchema) });

/** The requests whose answers these are. The second one asks for nothing that is not read. */
export const paths = {
  health: '/_cluster/health',
  nodes: '/_nodes/stats/indices,process,jvm,thread_pool,fs?level=node',
} as const;
