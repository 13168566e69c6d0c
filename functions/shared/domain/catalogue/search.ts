import { type CatalogueRow, each, judged, shown } from './row.ts';

const stats = 'elasticsearch.node.stats';

/** OpenSearch and Elasticsearch, as Metricbeat's module `elasticsearch` tells of their nodes. */
export const searchRows: readonly CatalogueRow[] = [
  judged(`${stats}.jvm.mem.heap.used.pct`, 'gauge', '%', 'up', 15, 0.25, 'heap of a search node in use'),
  judged(`${stats}.indices.indexing.index_total.count`, 'counter', '{document}', 'both', 100, 0.8, 'documents indexed'),
  judged(`${stats}.indices.search.query_total.count`, 'counter', '{request}', 'both', 100, 0.8, 'searches'),
  ...shown(
    'counter',
    'ms',
    'time spent',
    ...each(`${stats}.indices.*.ms`, 'indexing.index_time', 'indexing.throttle_time', 'search.query_time'),
  ),
  ...shown('gauge', '{document}', 'documents', ...each(`${stats}.indices.docs.*`, 'count', 'deleted')),
  ...shown('gauge', '{segment}', 'segments', `${stats}.indices.segments.count`),
  ...shown('gauge', 'By', 'size of the shards on a node', `${stats}.indices.store.size.bytes`),
  ...shown('gauge', 'By', 'room on a node', ...each(`${stats}.fs.summary.*.bytes`, 'available', 'free', 'total')),
  ...shown('gauge', 'By', 'heap', ...each(`${stats}.jvm.mem.heap.*.bytes`, 'used', 'max')),
  ...shown('gauge', '%', 'processors used by the process', `${stats}.process.cpu.pct`),
  ...shown('counter', 'ns', 'processor time of the control group', `${stats}.os.cgroup.cpuacct.usage.ns`),
  ...shown(
    'counter',
    '1',
    'times the control group was throttled, of so many',
    ...each(`${stats}.os.cgroup.cpu.stat.*.count`, 'times_throttled', 'elapsed_periods'),
  ),
  ...['bulk', 'force_merge', 'get', 'index', 'search', 'write'].flatMap((pool) => [
    ...shown('gauge', '{request}', 'requests that wait', `${stats}.thread_pool.${pool}.queue.count`),
    judged(
      `${stats}.thread_pool.${pool}.rejected.count`,
      'counter',
      '{request}',
      'up',
      1,
      0,
      'requests turned away',
      50,
    ),
  ]),
  ...['old', 'young'].flatMap((collector) => {
    const prefix = `${stats}.jvm.gc.collectors.${collector}.collection`;
    return [
      ...shown('counter', '1', 'garbage collections', `${prefix}.count`),
      ...shown('counter', 'ms', 'time', `${prefix}.ms`),
    ];
  }),
];
