/** Answers as OpenSearch 3.5 gives them, with the fields that are read and one that is not. */
export const green = {
  cluster_name: 'logs',
  status: 'green',
  timed_out: false,
  number_of_nodes: 1,
  active_shards: 12,
  relocating_shards: 0,
  initializing_shards: 0,
  unassigned_shards: 0,
  number_of_pending_tasks: 0,
  task_max_waiting_in_queue_millis: 0,
};

export const node = {
  name: 'search-1',
  transport_address: '10.77.0.30:9300',
  indices: {
    docs: { count: 1_000, deleted: 2 },
    store: { size_in_bytes: 4_096 },
    indexing: { index_total: 1_200, index_time_in_millis: 300, throttle_time_in_millis: 0 },
    search: { query_total: 50, query_time_in_millis: 70 },
    segments: { count: 8 },
  },
  process: { cpu: { percent: 3 } },
  jvm: {
    mem: { heap_used_percent: 41, heap_used_in_bytes: 410, heap_max_in_bytes: 1_000 },
    gc: {
      collectors: {
        young: { collection_count: 9, collection_time_in_millis: 90 },
        old: { collection_count: 0, collection_time_in_millis: 0 },
      },
    },
  },
  thread_pool: { write: { threads: 2, queue: 1, rejected: 4 }, search: { queue: 0, rejected: 0 } },
  fs: {
    total: { total_in_bytes: 1_000, free_in_bytes: 600, available_in_bytes: 500 },
    io_stats: {
      devices: [{ device_name: 'sda1', operations: 50, read_operations: 20, write_operations: 30 }],
      total: { operations: 50, read_operations: 20, write_operations: 30, read_kilobytes: 40, write_kilobytes: 90 },
    },
  },
};
