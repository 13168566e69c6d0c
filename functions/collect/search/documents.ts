import { type ComponentStatus, counted, statusOf } from '../component-status.ts';
import { type CollectionContext, type MetricDocument, metricDocument } from '../metric-document.ts';
import type { Health, SearchNode } from './answers.ts';

/** The report of a cluster at one moment. */
export interface SearchSnapshot {
  readonly health: Health;
  readonly nodes: readonly SearchNode[];
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
  readonly node?: { readonly name: string; readonly transport_address?: string; readonly stats: NodeStats };
}

export type NodeStats = ReturnType<typeof nodeStats>;

/** A document for topic `beats`, in the shape of Metricbeat. */
export interface SearchDocument extends MetricDocument<'elasticsearch'> {
  readonly elasticsearch: SearchFields;
}

/** Returns the documents of a snapshot: one of the cluster, then one for each node. */
export const documentsOf = (snapshot: SearchSnapshot, context: CollectionContext): SearchDocument[] => [
  {
    ...metricDocument('elasticsearch', 'cluster', context),
    elasticsearch: { cluster: clusterFields(snapshot) },
  },
  ...snapshot.nodes.map((node): SearchDocument => {
    const { name, transport_address: address } = node;
    const fields = { name, ...(address === undefined ? {} : { transport_address: address }), stats: nodeStats(node) };
    return { ...metricDocument('elasticsearch', 'node.stats', context), elasticsearch: { node: fields } };
  }),
];

/** Returns the one document of a collection that failed: the status of the cluster in words. */
export const failureDocument = (status: ComponentStatus, context: CollectionContext): SearchDocument => ({
  ...metricDocument('elasticsearch', 'cluster', context),
  elasticsearch: { cluster: { ...status, ...(status.status === 'down' ? { up: false } : {}), collected: false } },
});

/** Returns the status of a cluster that was read. */
export function clusterStatus({ health, unread }: SearchSnapshot): ComponentStatus {
  const { status, unassigned_shards: unassigned } = health;
  return statusOf('degraded', [
    ...(status === 'red' ? [`red: a primary shard is missing, of ${counted(unassigned, 'unassigned shard')}`] : []),
    ...(status === 'yellow' ? [`yellow: ${counted(unassigned, 'unassigned shard')}, all of them copies`] : []),
    ...unread.map(({ part, reason }) => `not read: ${part} (${reason})`),
  ]);
}

function clusterFields(snapshot: SearchSnapshot): SearchClusterFields {
  const { health, unread } = snapshot;
  return {
    ...clusterStatus(snapshot),
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

const pools = ['bulk', 'force_merge', 'get', 'index', 'search', 'write'] as const;
const collectors = ['old', 'young'] as const;

function nodeStats({ indices, process, jvm, thread_pool: pool = {}, fs }: SearchNode) {
  const { docs, store, indexing, search, segments } = indices ?? {};
  const mem = jvm?.mem;
  const disk = fs?.total;
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
    process: { cpu: { pct: process?.cpu.percent } },
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
      used: {
        pct:
          disk === undefined || disk.total_in_bytes <= 0
            ? undefined
            : 1 - disk.available_in_bytes / disk.total_in_bytes,
      },
    },
  };
}

const collectionsOf = (of: { collection_count: number; collection_time_in_millis: number } | undefined) => ({
  collection: { count: of?.collection_count, ms: of?.collection_time_in_millis },
});
