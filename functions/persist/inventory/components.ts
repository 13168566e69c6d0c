import type { ComponentKind, ComponentRole, InventoryItem, StatusWord } from '../../shared/domain/inventory.ts';
import type { Sample } from '../../shared/domain/sample.ts';

/** A value of a metric by which a component is not `ok`. */
interface Fault {
  readonly metric: string;
  readonly isOff: (value: number) => boolean;
  readonly status: 'degraded' | 'down';
  readonly reasonOf: (value: number) => string;
  /** A metric that tells the same better: with it, this one is not looked at. */
  readonly unless?: string;
}

/** A dataset whose samples describe components. */
interface ComponentRow {
  readonly datasets: readonly string[];
  readonly kind: ComponentKind;
  readonly role: ComponentRole;
  /** The fact with the status in a word; the reason is beside it. Documents of other shippers than Offbeat have none. */
  readonly statedIn?: string;
  /** The faults that are looked for where no status is stated, in any order. */
  readonly faults: readonly Fault[];
  /** Means that a sample with dimensions describes something else, such as a Java bean. */
  readonly isWithoutDimensions?: true;
}

const flag = (metric: string, off: 0 | 1, status: Fault['status'], reason: string): Fault => ({
  metric,
  isOff: (value) => value === off,
  status,
  reasonOf: () => reason,
});
const above = (metric: string, most: number, reasonOf: Fault['reasonOf']): Fault => ({
  metric,
  isOff: (value) => value > most,
  status: 'degraded',
  reasonOf,
});
const fullDisk = (metric: string): Fault =>
  above(metric, 0.9, (share) => `its disk is ${Math.round(share * 100)} % full`);

/** The number of the highest watermark of its cluster that the disk of a node is above, 0 to 3. */
const watermark = 'elasticsearch.node.stats.fs.watermark';

/** The datasets of components. Each component has one dataset, so that no two of them write one item by turns. */
const componentRows: readonly ComponentRow[] = [
  {
    datasets: ['moosefs.master'],
    kind: 'storage',
    role: 'head',
    statedIn: 'moosefs.master.status',
    faults: [
      flag('moosefs.master.up', 0, 'down', 'it does not serve'),
      above('moosefs.master.chunks.missing', 0, (count) => `${count} chunks without any copy`),
    ],
  },
  {
    datasets: ['moosefs.chunkserver'],
    kind: 'chunkserver',
    role: 'server',
    statedIn: 'moosefs.chunkserver.status',
    faults: [
      flag('moosefs.chunkserver.connected', 0, 'down', 'disconnected from its master'),
      above('moosefs.chunkserver.errors', 0, (count) => `${count} errors since it connected`),
    ],
  },
  {
    datasets: ['moosefs.disk'],
    kind: 'disk',
    role: 'part',
    statedIn: 'moosefs.disk.state',
    faults: [
      flag('moosefs.disk.damaged', 1, 'down', 'damaged'),
      above('moosefs.disk.last_error.time', 0, () => 'it had an error'),
    ],
  },
  {
    datasets: ['kafka.cluster'],
    kind: 'kafka',
    role: 'head',
    statedIn: 'kafka.cluster.status',
    faults: [flag('kafka.cluster.up', 0, 'down', 'it does not serve')],
  },
  {
    datasets: ['kafka.broker'],
    kind: 'broker',
    role: 'server',
    isWithoutDimensions: true,
    faults: [
      above('kafka.broker.partitions.out_of_sync', 0, (count) => `${count} of its replicas do not keep up`),
      fullDisk('kafka.broker.log.disk.used.pct'),
    ],
  },
  {
    datasets: ['kafka.topic'],
    kind: 'topic',
    role: 'part',
    isWithoutDimensions: true,
    faults: [
      above('kafka.topic.partitions.offline', 0, (count) => `${count} of its partitions have no leader`),
      above('kafka.topic.partitions.under_replicated', 0, (count) => `${count} of its partitions are under-replicated`),
    ],
  },
  {
    datasets: ['kafka.partition'],
    kind: 'partition',
    role: 'part',
    faults: [
      flag('kafka.partition.offline', 1, 'down', 'it has no leader'),
      flag('kafka.partition.under_replicated', 1, 'degraded', 'a replica does not keep up'),
      flag('kafka.partition.partition.insync_replica', 0, 'degraded', 'a replica does not keep up'),
    ],
  },
  {
    datasets: ['kafka.consumergroup'],
    kind: 'consumer-group',
    role: 'part',
    faults: [flag('kafka.consumergroup.stopped', 1, 'degraded', 'messages arrive, and it commits nothing')],
  },
  {
    datasets: ['msk.cluster'],
    kind: 'msk',
    role: 'head',
    statedIn: 'msk.cluster.status',
    faults: [flag('msk.cluster.up', 0, 'down', 'it does not serve')],
  },
  // MSK reports no state of a broker: one that it no longer lists is unknown.
  { datasets: ['msk.broker'], kind: 'msk-broker', role: 'server', faults: [] },
  {
    datasets: ['elasticsearch.cluster'],
    kind: 'opensearch',
    role: 'head',
    statedIn: 'elasticsearch.cluster.status',
    faults: [flag('elasticsearch.cluster.up', 0, 'down', 'it does not answer')],
  },
  {
    datasets: ['elasticsearch.node.stats', 'elasticsearch.node_stats', 'elasticsearch.stack_monitoring.node_stats'],
    kind: 'search-node',
    role: 'server',
    faults: [
      above(watermark, 1, (level) => `its disk is above the ${level === 2 ? 'high' : 'flood-stage'} watermark`),
      { ...fullDisk('elasticsearch.node.stats.fs.used.pct'), unless: watermark },
    ],
  },
  { datasets: ['offbeat.cluster'], kind: 'offbeat', role: 'head', statedIn: 'offbeat.cluster.status', faults: [] },
  { datasets: ['offbeat.stage'], kind: 'stage', role: 'part', statedIn: 'offbeat.stage.status', faults: [] },
];

const byDataset = new Map(componentRows.flatMap((row) => row.datasets.map((dataset) => [dataset, row] as const)));

/** The kind and role of a component, and its status by one sample. */
export type Observed = Pick<InventoryItem, 'kind' | 'role' | 'status' | 'reason'>;

/** Returns whether the samples of a dataset describe components. */
export const isOfComponents = (dataset: unknown): boolean => typeof dataset === 'string' && byDataset.has(dataset);

/**
 * Returns what a sample says of a component: the status that its document states, else the worst fault by its numbers.
 * @returns `undefined` for a sample that describes no component
 */
export function observedIn(
  sample: Pick<Sample, 'dataset' | 'dimensions' | 'measurements' | 'facts'>,
): Observed | undefined {
  const row = byDataset.get(sample.dataset);
  if (row === undefined || (row.isWithoutDimensions && Object.keys(sample.dimensions).length > 0)) return undefined;
  return { kind: row.kind, role: row.role, ...(statedBy(row, sample) ?? byNumbers(row, sample)) };
}

const stated: ReadonlySet<string | undefined> = new Set<StatusWord>(['ok', 'degraded', 'down', 'unknown']);
const isStated = (text: string | undefined): text is StatusWord => stated.has(text);

function statedBy({ statedIn }: ComponentRow, { facts = {} }: Pick<Sample, 'facts'>) {
  const status = statedIn === undefined ? undefined : facts[statedIn];
  if (statedIn === undefined || !isStated(status)) return undefined;
  const reason = facts[statedIn.replace(/[^.]+$/, 'reason')];
  return { status, ...(reason === undefined || status === 'ok' ? {} : { reason }) };
}

function byNumbers({ faults }: ComponentRow, { measurements }: Pick<Sample, 'measurements'>) {
  const found = faults.flatMap(({ metric, isOff, status, reasonOf, unless }) => {
    const value = measurements[metric];
    const isLookedAt = unless === undefined || measurements[unless] === undefined;
    return isLookedAt && value !== undefined && isOff(value) ? [{ status, reason: reasonOf(value) }] : [];
  });
  const worst = found.find(({ status }) => status === 'down') ?? found[0];
  if (worst === undefined) return { status: 'ok' as const };
  return { status: worst.status, reason: [...new Set(found.map(({ reason }) => reason))].join('; ') };
}
