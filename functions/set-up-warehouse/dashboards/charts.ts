import type { Family } from '../../shared/ports/warehouse.ts';

/** A number that a chart shows. */
export interface Measure {
  readonly figure: 'avg' | 'max' | 'sum' | 'count';
  readonly field?: string;
  readonly label: string;
}

/** A chart of the dashboard. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly family: Family;
  readonly type: 'line' | 'histogram' | 'table';
  readonly measures: readonly Measure[];
  /** The fields whose values divide it: into the lines of a chart, or the rows of a table. */
  readonly by: readonly string[];
  /** A filter in the query language of Dashboards. */
  readonly query?: string;
}

const minutes = 'offbeat-summaries';
const components = 'offbeat-inventory';

/** The charts of the dashboard: the panels of the page, in its order. */
export const charts: readonly Chart[] = [
  {
    id: 'disk-throughput',
    title: 'Disk throughput by host (By/s)',
    family: minutes,
    type: 'line',
    measures: [
      { figure: 'avg', field: 'system.diskio.write.bytes.avg', label: 'written' },
      { figure: 'avg', field: 'system.diskio.read.bytes.avg', label: 'read' },
    ],
    by: ['host.name'],
    query: 'event.dataset: "system.diskio"',
  },
  {
    id: 'network-throughput',
    title: 'Network throughput by host (By/s)',
    family: minutes,
    type: 'line',
    measures: [
      { figure: 'avg', field: 'system.network.in.bytes.avg', label: 'received' },
      { figure: 'avg', field: 'system.network.out.bytes.avg', label: 'sent' },
    ],
    by: ['host.name'],
    query: 'event.dataset: "system.network"',
  },
  {
    id: 'disk-busy',
    title: 'I/O: time disks were busy (ms/s)',
    family: minutes,
    type: 'line',
    measures: [{ figure: 'max', field: 'system.diskio.io.time.max', label: 'busy' }],
    by: ['host.name'],
    query: 'event.dataset: "system.diskio"',
  },
  {
    id: 'consumer-lag',
    title: 'Queues: messages a consumer group is behind',
    family: minutes,
    type: 'line',
    measures: [{ figure: 'max', field: 'kafka.consumergroup.consumer_lag.max', label: 'behind' }],
    by: ['offbeat.entity.name'],
    query: 'offbeat.entity.kind: "consumer-group"',
  },
  {
    id: 'search-queues',
    title: 'Queues: requests that wait on search nodes',
    family: minutes,
    type: 'line',
    measures: ['write', 'search'].map((pool) => ({
      figure: 'max',
      field: `elasticsearch.node.stats.thread_pool.${pool}.queue.count.max`,
      label: pool,
    })),
    by: ['offbeat.entity.name'],
    query: 'offbeat.entity.kind: "search-node"',
  },
  {
    id: 'alerts-by-entity',
    title: 'Alerts by machine or component',
    family: 'offbeat-alerts',
    type: 'table',
    measures: [
      { figure: 'count', label: 'alerts' },
      { figure: 'max', field: '@timestamp', label: 'newest start' },
    ],
    by: ['offbeat.entity.path', 'offbeat.alert.severity'],
  },
  {
    id: 'topic-traffic',
    title: 'Queues: messages into topics (1/s)',
    family: minutes,
    type: 'line',
    measures: [{ figure: 'avg', field: 'kafka.topic.messages.in.avg', label: 'messages' }],
    by: ['offbeat.entity.name'],
    query: 'offbeat.entity.kind: "topic"',
  },
  {
    id: 'chunkserver-disks',
    title: 'I/O of chunkservers: bytes in the last minute',
    family: minutes,
    type: 'line',
    measures: ['read', 'write'].map((way) => ({
      figure: 'avg',
      field: `moosefs.disk.io.last_minute.${way}.bytes.avg`,
      label: way,
    })),
    by: ['offbeat.entity.name'],
    query: 'offbeat.entity.kind: "chunkserver"',
  },
  {
    id: 'component-status',
    title: 'Cluster: components and their status',
    family: components,
    type: 'table',
    measures: [{ figure: 'max', field: 'offbeat.inventory.since', label: 'since' }],
    by: ['offbeat.inventory.status', 'offbeat.entity.cluster', 'offbeat.inventory.kind', 'offbeat.entity.name'],
  },
  {
    id: 'chunkservers',
    title: 'Storage: chunkservers',
    family: components,
    type: 'table',
    measures: [
      { figure: 'max', field: 'moosefs.chunkserver.errors', label: 'errors' },
      { figure: 'max', field: 'moosefs.chunkserver.chunks', label: 'chunks' },
      { figure: 'max', field: 'moosefs.chunkserver.space.total.bytes', label: 'total space (bytes)' },
      { figure: 'max', field: 'moosefs.chunkserver.space.used.bytes', label: 'used space (bytes)' },
    ],
    by: ['offbeat.entity.cluster', 'offbeat.entity.name', 'offbeat.inventory.status'],
    query: 'offbeat.inventory.kind: "chunkserver"',
  },
  {
    id: 'anomalies',
    title: 'Anomalies by severity',
    family: 'offbeat-anomalies',
    type: 'histogram',
    measures: [{ figure: 'count', label: 'anomalies' }],
    by: ['offbeat.anomaly.severity'],
  },
  {
    id: 'anomalous-metrics',
    title: 'Anomalies by metric and entity',
    family: 'offbeat-anomalies',
    type: 'table',
    measures: [
      { figure: 'count', label: 'anomalies' },
      { figure: 'max', field: 'offbeat.anomaly.score', label: 'highest score' },
    ],
    by: ['offbeat.anomaly.metric', 'offbeat.entity.path'],
  },
  {
    id: 'alerts',
    title: 'Alerts by severity',
    family: 'offbeat-alerts',
    type: 'histogram',
    measures: [{ figure: 'count', label: 'alerts' }],
    by: ['offbeat.alert.severity'],
  },
  {
    id: 'alert-list',
    title: 'Alerts and their state',
    family: 'offbeat-alerts',
    type: 'table',
    measures: [{ figure: 'max', field: 'offbeat.alert.updated', label: 'last change' }],
    by: ['offbeat.alert.title', 'offbeat.alert.status', 'offbeat.entity.path'],
  },
  {
    id: 'silence-list',
    title: 'Silences and their state',
    family: 'offbeat-silences',
    type: 'table',
    measures: [{ figure: 'max', field: 'event.end', label: 'ends' }],
    by: ['offbeat.silence.id', 'offbeat.silence.state', 'offbeat.entity.cluster', 'offbeat.silence.by'],
  },
];
