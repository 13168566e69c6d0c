import { type CatalogueRow, each, MB, shown } from './row.ts';

const stats = 'elasticsearch.node.stats';
const cluster = 'elasticsearch.cluster';

/** The rows of OpenSearch and Elasticsearch nodes, as Metricbeat's module `elasticsearch` ships them, and of clusters, as Offbeat collects them. */
export const searchRows: readonly CatalogueRow[] = [
  {
    metric: `${stats}.jvm.mem.heap.used.pct`,
    kind: 'gauge',
    unit: '%',
    rule: { direction: 'up', floor: 15, relativeFloor: 0.25 },
    meaning: 'heap of a search node in use',
  },
  {
    metric: `${stats}.indices.indexing.index_total.count`,
    kind: 'counter',
    unit: '{document}',
    rule: { direction: 'both', floor: 100, relativeFloor: 0.8 },
    meaning: 'documents indexed',
  },
  {
    metric: `${stats}.indices.search.query_total.count`,
    kind: 'counter',
    unit: '{request}',
    rule: { direction: 'both', floor: 100, relativeFloor: 0.8 },
    meaning: 'searches',
  },
  ...shown(
    'counter',
    'ms',
    'time spent',
    ...each(`${stats}.indices.*.ms`, 'indexing.index_time', 'indexing.throttle_time', 'search.query_time'),
  ),
  ...shown('gauge', '{document}', 'documents', ...each(`${stats}.indices.docs.*`, 'count', 'deleted')),
  ...shown('gauge', '{segment}', 'segments', `${stats}.indices.segments.count`),
  ...shown('gauge', 'By', 'size of the shards on a node', `${stats}.indices.store.size.bytes`),
  ...shown('gauge', 'By', 'disk space on a node', ...each(`${stats}.fs.summary.*.bytes`, 'available', 'free', 'total')),
  ...['read', 'write'].flatMap((way): CatalogueRow[] => [
    {
      metric: `${stats}.fs.io_stats.total.${way}.bytes`,
      kind: 'counter',
      unit: 'By',
      rule: { direction: 'up', floor: 5 * MB, relativeFloor: 0.5 },
      meaning: `${way} throughput of the disks of a node`,
    },
    {
      metric: `${stats}.fs.io_stats.total.${way}.operations.count`,
      kind: 'counter',
      unit: '{operation}',
      rule: { direction: 'up', floor: 150, relativeFloor: 0.5 },
      meaning: `${way}s of the disks of a node`,
    },
  ]),
  ...shown('counter', '{operation}', 'reads and writes of a node', `${stats}.fs.io_stats.total.operations.count`),
  ...shown('gauge', 'By', 'heap', ...each(`${stats}.jvm.mem.heap.*.bytes`, 'used', 'max')),
  ...shown('gauge', '%', 'processors used by the process', `${stats}.process.cpu.pct`),
  ...shown('counter', 'ns', 'processor time of the control group', `${stats}.os.cgroup.cpuacct.usage.ns`),
  ...shown(
    'counter',
    '1',
    'periods of the control group, throttled and all',
    ...each(`${stats}.os.cgroup.cpu.stat.*.count`, 'times_throttled', 'elapsed_periods'),
  ),
  ...['bulk', 'force_merge', 'get', 'index', 'search', 'write'].flatMap((pool): CatalogueRow[] => [
    ...shown('gauge', '{request}', 'requests that wait', `${stats}.thread_pool.${pool}.queue.count`),
    {
      metric: `${stats}.thread_pool.${pool}.rejected.count`,
      kind: 'counter',
      unit: '{request}',
      rule: { direction: 'up', floor: 1, relativeFloor: 0, criticalAt: 50 },
      meaning: 'requests rejected',
    },
  ]),
  ...['old', 'young'].flatMap((collector) => {
    const prefix = `${stats}.jvm.gc.collectors.${collector}.collection`;
    return [
      ...shown('counter', '1', 'garbage collections', `${prefix}.count`),
      ...shown('counter', 'ms', 'time', `${prefix}.ms`),
    ];
  }),
  ...shown('gauge', '1', 'share of the disks of a search node in use', `${stats}.fs.used.pct`),
  ...shown('gauge', '1', 'watermarks that the disk of a search node is above, 0 to 3', `${stats}.fs.watermark`),
  ...shown('gauge', '1', 'whether the cluster answers', `${cluster}.up`),
  ...shown('gauge', '1', 'whether the cluster was seen', `${cluster}.collected`),
  ...shown('gauge', '1', 'whether a primary shard is missing', `${cluster}.red`),
  ...shown('gauge', '1', 'whether a copy of a shard is missing', `${cluster}.yellow`),
  {
    metric: `${cluster}.nodes.count`,
    kind: 'gauge',
    unit: '{node}',
    rule: { direction: 'down', floor: 0.5, relativeFloor: 0 },
    meaning: 'nodes of a cluster',
  },
  ...shown(
    'gauge',
    '{shard}',
    'shards of a cluster',
    ...each(`${cluster}.shards.*`, 'active', 'relocating', 'initializing', 'unassigned'),
  ),
  {
    metric: `${cluster}.pending_tasks.count`,
    kind: 'gauge',
    unit: '{task}',
    rule: { direction: 'up', floor: 20, relativeFloor: 1 },
    meaning: 'changes of the cluster that wait',
  },
  ...shown('gauge', 'ms', 'time the oldest change waits', `${cluster}.pending_tasks.longest.ms`),
  ...shown('gauge', '{part}', 'parts of a cluster that were not read', `${cluster}.unread_parts`),
];
