import type { Series } from '../series.ts';
import { each } from './row.ts';

/** A metric whose series are compared with those of their like. */
export interface PeersRow {
  readonly metric: string;
  /**
   * The dimension in which the peers differ, as the disks of one chunkserver do; absent where they are the entities of one type in a
   * cluster. All other dimensions of peers are equal.
   */
  readonly dimension?: string;
  /** The side on which it matters to differ. */
  readonly direction: 'up' | 'down';
  /** The smallest difference that matters, in the unit judged: per second for counters. */
  readonly floor: number;
  /** The same as a fraction of what is expected. The larger of the two floors applies. */
  readonly relativeFloor: number;
  /** The reason why it matters, in words. */
  readonly because: string;
}

const stats = 'elasticsearch.node.stats';

/**
 * The metrics in which entities of one type, or the disks of one, are alike as long as all are well. There is none whose level
 * depends on the size of the entity where a share of it is known, such as the bytes in use of a disk.
 */
export const peersRows: readonly PeersRow[] = [
  {
    metric: 'moosefs.chunkserver.space.used.pct',
    direction: 'up',
    floor: 0.15,
    relativeFloor: 0.15,
    because: 'chunks are not spread evenly, so it is full before the others',
  },
  {
    metric: 'moosefs.chunkserver.errors',
    direction: 'up',
    floor: 3,
    relativeFloor: 2,
    because: 'its disks fail, and those of the others do not',
  },
  {
    metric: 'moosefs.chunkserver.load.value',
    direction: 'up',
    floor: 10,
    relativeFloor: 2,
    because: 'it is slow, or more is asked of it than of the others',
  },
  // Of 60 s in which a disk can work: below a tenth, nobody waits for it.
  ...each('moosefs.disk.io.last_minute.*.time.us', 'read', 'write', 'fsync').map(
    (metric): PeersRow => ({
      metric,
      dimension: 'device',
      direction: 'up',
      floor: 6_000_000,
      relativeFloor: 2,
      because: 'the disk is slow: the disks of a chunkserver get the same work',
    }),
  ),
  ...each('kafka.broker.request.*.failed', 'fetch', 'produce').map(
    (metric): PeersRow => ({
      metric,
      direction: 'up',
      floor: 1,
      relativeFloor: 2,
      because: 'clients fail at this broker, and not at the others',
    }),
  ),
  {
    metric: `${stats}.jvm.mem.heap.used.pct`,
    direction: 'up',
    floor: 25,
    relativeFloor: 0.4,
    because: 'shards or searches are not spread evenly, or the node leaks memory',
  },
  {
    metric: `${stats}.process.cpu.pct`,
    direction: 'up',
    floor: 30,
    relativeFloor: 1,
    because: 'shards or searches are not spread evenly',
  },
];

const byMetric = new Map(peersRows.map((row) => [row.metric, row]));

/** Returns how a series is compared with its peers; `undefined` if it is not. */
export const shippedPeers = ({ metric }: Pick<Series, 'metric'>): PeersRow | undefined => byMetric.get(metric);
