import { type ComponentStatus, counted, statusOf } from '../../shared/domain/component-status.ts';
import { shownText } from '../../shared/domain/shown.ts';
import { type CollectionContext, type MetricDocument, metricDocument } from '../metric-document.ts';
import { collectors, type DiskSettings, type Health, pools, type SearchNode } from './answers.ts';
import { watermarkNames, watermarksAbove, watermarksOf } from './watermarks.ts';

/** The report of a cluster at one moment. */
export interface SearchSnapshot {
  readonly health: Health;
  readonly nodes: readonly SearchNode[];
  /** The settings about full disks; empty if they could not be read. */
  readonly disks: DiskSettings;
  /** The parts that could not be read, and why. */
  readonly unread: readonly { readonly part: string; readonly reason: string }[];
}

/** The fields of `elasticsearch.cluster`. Of one that gave no answer there is only its status. */
export interface SearchClusterFields extends ComponentStatus {
  /** A flag: the cluster answers. It is absent if that is unknown. */
  readonly up?: boolean;
  /** A flag: this collection saw the cluster. */
  readonly collected: boolean;
  readonly name?: string;
  readonly color?: Health['status'];
  readonly red?: boolean;
  readonly yellow?: boolean;
  readonly nodes?: { readonly count: number };
  readonly shards?: Readonly<Record<'active' | 'relocating' | 'initializing' | 'unassigned', number>>;
  readonly pending_tasks?: { readonly count: number; readonly longest: { readonly ms: number } };
  readonly unread_parts?: number;
}

/** The field `elasticsearch` of a document. The statistics have the names of Metricbeat. */
export interface SearchFields {
  readonly cluster?: SearchClusterFields;
  readonly node?: SearchNodeFields;
}

/** The fields of a node. */
export interface SearchNodeFields {
  readonly name: string;
  readonly transport_address?: string;
  readonly stats: NodeStats;
}

export type NodeStats = ReturnType<typeof nodeStats>;

/** A document for topic `beats`, in the shape of Metricbeat. */
export interface SearchDocument extends MetricDocument<'elasticsearch'> {
  readonly elasticsearch: SearchFields;
}

/** Returns the documents of a snapshot: one of the cluster, then one for each node. */
export function documentsOf(snapshot: SearchSnapshot, context: CollectionContext): SearchDocument[] {
  const watermarks = watermarksOf(snapshot.disks);
  const nodes = snapshot.nodes.map((node) => {
    const { name, transport_address: address } = node;
    const stats = nodeStats(node, watermarks);
    return { name, ...(address === undefined ? {} : { transport_address: address }), stats };
  });
  return [
    {
      ...metricDocument('elasticsearch', 'cluster', context),
      elasticsearch: { cluster: clusterFields(snapshot, nodes) },
    },
    ...nodes.map(
      (node): SearchDocument => ({
        ...metricDocument('elasticsearch', 'node.stats', context),
        elasticsearch: { node },
      }),
    ),
  ];
}

/** Returns the one document of a collection that failed: the status of the cluster in words. */
export const failureDocument = (status: ComponentStatus, context: CollectionContext): SearchDocument => ({
  ...metricDocument('elasticsearch', 'cluster', context),
  elasticsearch: { cluster: { ...status, ...(status.status === 'down' ? { up: false } : {}), collected: false } },
});

/** The nodes that a reason names. */
const namedMax = 3;

/** Returns the status of a cluster that was read. */
export function clusterStatus({ health, unread }: SearchSnapshot, nodes: readonly SearchNodeFields[]): ComponentStatus {
  const { status, unassigned_shards: unassigned } = health;
  return statusOf('degraded', [
    ...(status === 'red' ? [`red: a primary shard is missing, of ${counted(unassigned, 'unassigned shard')}`] : []),
    ...(status === 'yellow' ? [`yellow: ${counted(unassigned, 'unassigned shard')}, all of them copies`] : []),
    ...[3, 2].flatMap((level) => fullDisks(nodes, level)),
    ...(unread.length > 0 ? [`not read: ${unread[0]!.part} (${unread[0]!.reason})${others(unread.length - 1)}`] : []),
  ]);
}

const others = (count: number): string => (count === 0 ? '' : ` and ${count} more`);

/** Returns the reason that names the nodes whose disks are above a watermark, and above no higher one. */
function fullDisks(nodes: readonly SearchNodeFields[], level: number): string[] {
  const full = nodes.filter(({ stats }) => stats.fs.watermark === level).map(({ name }) => shownText(name));
  if (full.length === 0) return [];
  const names = `${full.slice(0, namedMax).join(', ')}${full.length > namedMax ? ', …' : ''}`;
  return [`disk above the ${watermarkNames[level - 1]} watermark on ${counted(full.length, 'node')}: ${names}`];
}

function clusterFields(snapshot: SearchSnapshot, nodes: readonly SearchNodeFields[]): SearchClusterFields {
  const { health, unread } = snapshot;
  return {
    ...clusterStatus(snapshot, nodes),
    up: true,
    collected: true,
    name: health.cluster_name,
    color: health.status,
    red: health.status === 'red',
    yellow: health.status === 'yellow',
    nodes: { count: health.number_of_nodes },
    shards: {
      active: health.active_shards,
      relocating: health.relocating_shards,
      initializing: health.initializing_shards,
      unassigned: health.unassigned_shards,
    },
    pending_tasks: {
      count: health.number_of_pending_tasks,
      longest: { ms: health.task_max_waiting_in_queue_millis },
    },
    unread_parts: unread.length,
  };
}

function nodeStats(
  { indices, process, jvm, thread_pool: pool = {}, fs }: SearchNode,
  watermarks: ReturnType<typeof watermarksOf>,
) {
  const { docs, store, indexing, search, segments } = indices ?? {};
  const mem = jvm?.mem;
  const disk = fs?.total;
  const hasDisk = disk !== undefined && disk.total_in_bytes > 0;
  return {
    indices: {
      docs,
      store: { size: { bytes: store?.size_in_bytes } },
      segments: { count: segments?.count },
      indexing: {
        index_total: { count: indexing?.index_total },
        index_time: { ms: indexing?.index_time_in_millis },
        throttle_time: { ms: indexing?.throttle_time_in_millis },
      },
      search: { query_total: { count: search?.query_total }, query_time: { ms: search?.query_time_in_millis } },
    },
    process: { cpu: { pct: measured(process?.cpu.percent) } },
    jvm: {
      mem: {
        heap: {
          used: { pct: mem?.heap_used_percent, bytes: mem?.heap_used_in_bytes },
          max: { bytes: mem?.heap_max_in_bytes },
        },
      },
      gc: {
        collectors: Object.fromEntries(collectors.map((name) => [name, collectionsOf(jvm?.gc?.collectors[name])])),
      },
    },
    thread_pool: Object.fromEntries(
      pools.map((name) => [name, { queue: { count: pool[name]?.queue }, rejected: { count: pool[name]?.rejected } }]),
    ),
    fs: {
      summary: {
        total: { bytes: disk?.total_in_bytes },
        free: { bytes: disk?.free_in_bytes },
        available: { bytes: disk?.available_in_bytes },
      },
      io_stats: { total: ioOf(fs?.io_stats?.total) },
      used: { pct: hasDisk ? 1 - disk.available_in_bytes / disk.total_in_bytes : undefined },
      watermark: hasDisk
        ? watermarksAbove(watermarks, {
            totalBytes: disk.total_in_bytes,
            availableBytes: disk.available_in_bytes,
          })
        : undefined,
    },
  };
}

/** Returns a value; `undefined` for -1, which a node answers for what its system does not tell. */
const measured = (value: number | undefined) => (value === undefined || value < 0 ? undefined : value);

const collectionsOf = (of: { collection_count: number; collection_time_in_millis: number } | undefined) => ({
  collection: { count: of?.collection_count, ms: of?.collection_time_in_millis },
});

const kibibyte = 1_024;

/** Returns the reads and writes of a node. The bytes are no part of Metricbeat's documents. */
function ioOf(total: NonNullable<NonNullable<SearchNode['fs']>['io_stats']>['total']) {
  const { operations, read_operations, write_operations, read_kilobytes, write_kilobytes } = total ?? {};
  const bytesOf = (kilobytes: number | undefined) => (kilobytes === undefined ? undefined : kilobytes * kibibyte);
  return {
    operations: { count: operations },
    read: { operations: { count: read_operations }, bytes: bytesOf(read_kilobytes) },
    write: { operations: { count: write_operations }, bytes: bytesOf(write_kilobytes) },
  };
}
