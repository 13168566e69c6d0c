import { minuteMs } from '../durations.ts';
import { matchesGlob } from '../glob.ts';
import type { Limit } from '../limit.ts';
import type { Series } from '../series.ts';
import { metadataSaveAgeMaxSeconds } from './storage.ts';

/** The limits of a metric, or of some of its series. */
export interface LimitsRow {
  readonly metric: string;
  /** The dimensions of the series that the limits hold for. */
  readonly where?: Readonly<Record<string, string>>;
  /** Globs over dimensions: a series that one of them matches has no limit here. */
  readonly unless?: Readonly<Record<string, readonly string[]>>;
  readonly limits: readonly Limit[];
  /** The value at which it is full; only of a capacity, for which `detect` forecasts when. */
  readonly fullAt?: number;
}

/** Returns a limit that values must be above for some minutes. */
const above = (bound: number, minutes: number, severity: Limit['severity'], because: string): Limit => ({
  side: 'above',
  bound,
  forMs: minutes * minuteMs,
  severity,
  because,
});
/** Returns a limit that values must be below for some minutes. */
const below = (bound: number, minutes: number, severity: Limit['severity'], because: string): Limit => ({
  ...above(bound, minutes, severity, because),
  side: 'below',
});

/** The places where images and discs are mounted: they are full by nature, and nothing is written to them. */
const readOnlyMounts = ['/snap/*', '/var/lib/snapd/*', '/media/*', '/run/media/*', '/cdrom*'];
const readOnlyTypes = ['squashfs', 'iso9660', 'erofs'];

const fillsUp = 'clean up or extend it before programs fail to write';
const isFull = 'programs will soon fail to write';
/** Returns the limits of a file system. @param percent 100 in the unit of the metric */
const fileSystem = (percent: number): readonly Limit[] => [
  above(0.9 * percent, 1, 'warning', fillsUp),
  above(0.95 * percent, 1, 'critical', isFull),
];
const busy = 'all processors are in use, so everything on the host waits';
const metadataIsLost = 'the names of all files since the last save are lost with the master';
const short = 'the kernel soon ends programs to get memory';

/**
 * The limits that are always wrong to exceed, whatever is usual for a series. There are none for what a healthy system may
 * reach, such as a busy disk.
 */
export const limitRows: readonly LimitsRow[] = [
  { metric: 'system.filesystem.used.pct', unless: { mount_point: readOnlyMounts }, limits: fileSystem(1), fullAt: 1 },
  {
    metric: 'system.filesystem.utilization',
    unless: {
      mountpoint: readOnlyMounts,
      'system.filesystem.mountpoint': readOnlyMounts,
      type: readOnlyTypes,
      'system.filesystem.type': readOnlyTypes,
    },
    limits: fileSystem(1),
    fullAt: 1,
  },
  { metric: 'collectd.df.percent_bytes', where: { type_instance: 'used' }, limits: fileSystem(100), fullAt: 100 },
  { metric: 'system.cpu.total.norm.pct', limits: [above(0.95, 10, 'warning', busy)] },
  ...['state', 'cpu.mode'].map((name) => ({
    metric: 'system.cpu.utilization',
    where: { [name]: 'idle' },
    // One processor of several may well be busy.
    unless: { cpu: ['*'], 'cpu.logical_number': ['*'] },
    limits: [below(0.05, 10, 'warning', busy)],
  })),
  { metric: 'system.memory.actual.used.pct', limits: [above(0.95, 5, 'warning', short)] },
  ...['state', 'system.memory.state'].map((name) => ({
    metric: 'system.memory.utilization',
    where: { [name]: 'used' },
    limits: [above(0.95, 5, 'warning', short)],
  })),
  {
    metric: 'kafka.partition.partition.insync_replica',
    limits: [below(1, 5, 'warning', 'the partition may lose messages with the next broker')],
  },
  // One collection may be late because the collector itself was.
  { metric: 'kafka.cluster.up', limits: [below(1, 1, 'critical', 'nothing can be written or read')] },
  { metric: 'kafka.cluster.collected', limits: [below(1, 5, 'warning', 'nothing is known of the cluster')] },
  { metric: 'msk.cluster.up', limits: [below(1, 1, 'critical', 'nothing can be written or read, as MSK reports it')] },
  { metric: 'msk.cluster.collected', limits: [below(1, 15, 'warning', 'nothing is known of the cluster')] },
  {
    metric: 'kafka.cluster.partitions.offline',
    limits: [above(0, 0, 'critical', 'nobody can write to these partitions or read from them')],
  },
  {
    metric: 'kafka.cluster.partitions.under_replicated',
    limits: [above(0, 5, 'warning', 'these partitions may lose messages with the next broker')],
  },
  {
    metric: 'kafka.cluster.controller_known',
    limits: [below(1, 1, 'critical', 'no partition gets a new leader when a broker fails')],
  },
  {
    metric: 'kafka.broker.log.disk.used.pct',
    limits: [
      above(0.9, 1, 'warning', 'the broker ends itself when it cannot write its logs'),
      above(0.95, 1, 'critical', 'the broker ends itself when it cannot write its logs'),
    ],
    fullAt: 1,
  },
  {
    metric: 'kafka.consumergroup.stopped',
    limits: [above(0, 10, 'warning', 'messages wait and nobody reads them')],
  },
  {
    metric: 'moosefs.chunkserver.connected',
    limits: [below(1, 0, 'critical', 'its copies of chunks are missing')],
  },
  {
    metric: 'moosefs.chunkserver.planned_stop',
    limits: [above(0, 0, 'warning', 'its copies of chunks are missing until it is started again')],
  },
  {
    metric: 'moosefs.chunkserver.errors',
    limits: [above(0, 0, 'warning', 'a disk of it fails')],
  },
  {
    metric: 'moosefs.chunkserver.space.used.pct',
    limits: [above(0.95, 5, 'warning', 'no new chunks fit on it soon')],
    fullAt: 1,
  },
  { metric: 'moosefs.disk.damaged', limits: [above(0, 0, 'warning', 'its copies of chunks are missing')] },
  // One collection may be late because the collector itself was: its machine slept, or its processor was busy.
  { metric: 'moosefs.master.up', limits: [below(1, 1, 'critical', 'no client reaches its files')] },
  {
    metric: 'moosefs.master.collected',
    limits: [below(1, 5, 'warning', 'nothing is known of the storage')],
  },
  { metric: 'moosefs.master.chunks.missing', limits: [above(0, 1, 'critical', 'files cannot be read')] },
  {
    metric: 'moosefs.master.chunks.endangered',
    limits: [above(0, 60, 'warning', 'files are lost with the next disk')],
  },
  {
    metric: 'moosefs.master.save.failed',
    limits: [above(0, 0, 'critical', metadataIsLost)],
  },
  {
    metric: 'moosefs.master.save.age.sec',
    limits: [above(metadataSaveAgeMaxSeconds, 0, 'critical', metadataIsLost)],
  },
  {
    metric: 'moosefs.master.save.never',
    limits: [above(0, metadataSaveAgeMaxSeconds / 60, 'critical', metadataIsLost)],
  },
  {
    metric: 'moosefs.master.save.foreground',
    limits: [above(0, 0, 'warning', 'clients waited for it: the master has no memory for a second process')],
  },
  { metric: 'elasticsearch.cluster.up', limits: [below(1, 1, 'critical', 'nothing can be written or searched')] },
  { metric: 'elasticsearch.cluster.collected', limits: [below(1, 5, 'warning', 'nothing is known of the cluster')] },
  {
    metric: 'elasticsearch.cluster.red',
    limits: [above(0, 0, 'critical', 'some documents cannot be written or searched')],
  },
  {
    metric: 'elasticsearch.cluster.yellow',
    limits: [above(0, 10, 'warning', 'documents are lost with the next node')],
  },
  {
    metric: 'elasticsearch.node.stats.fs.watermark',
    limits: [
      above(1, 1, 'warning', 'the cluster moves shards away from the node'),
      above(2, 1, 'critical', 'indices with shards on the node can no longer be written'),
    ],
  },
  { metric: 'elasticsearch.node.stats.fs.used.pct', limits: [], fullAt: 1 },
  {
    metric: 'elasticsearch.node.stats.jvm.mem.heap.used.pct',
    limits: [above(95, 5, 'warning', 'the node soon does nothing but collect garbage')],
  },
  // Of Offbeat itself there are no limits for what an alert may cause: dead letters, and deliveries that wait.
  { metric: 'offbeat.stage.age.sec', limits: [above(300, 10, 'warning', 'pages, or what people see, come late')] },
  {
    metric: 'offbeat.cluster.transactions.in_doubt',
    limits: [above(0, 10, 'warning', 'a decided transaction is not sent, and pages may be late')],
  },
];

const byMetric = Map.groupBy(limitRows, ({ metric }) => metric);
const noLimits: readonly Limit[] = [];

/**
 * Returns the limits that the catalogue has for a series, the same array for all series of one row; empty where it has
 * none.
 */
export const shippedLimits = (series: Pick<Series, 'metric' | 'dimensions'>): readonly Limit[] =>
  rowOf(series)?.limits ?? noLimits;

/** Returns the value at which the catalogue says that a series is full; `undefined` for a series that is no capacity. */
export const shippedFullAt = (series: Pick<Series, 'metric' | 'dimensions'>): number | undefined =>
  rowOf(series)?.fullAt;

function rowOf({ metric, dimensions }: Pick<Series, 'metric' | 'dimensions'>): LimitsRow | undefined {
  const rows = byMetric.get(metric);
  if (rows === undefined) return undefined;
  const textOf = (name: string): string | undefined => (Object.hasOwn(dimensions, name) ? dimensions[name] : undefined);
  const applies = ({ where = {}, unless = {} }: LimitsRow): boolean =>
    Object.entries(where).every(([name, text]) => textOf(name) === text) &&
    !Object.entries(unless).some(([name, globs]) => {
      const text = textOf(name);
      return text !== undefined && globs.some((glob) => matchesGlob(glob, text));
    });
  return rows.find(applies);
}
