import type { Disk, DiskOperations } from './protocol/disks.ts';

/** The fields about the last whole minute of a disk, or of all disks of a chunkserver. */
export interface MinuteFields {
  readonly read: OperationFields & { readonly bytes: number };
  readonly write: OperationFields & { readonly bytes: number };
  readonly fsync: OperationFields;
  /** The share of the minute in which it did operations; of several disks, that of the busiest. */
  readonly busy: { readonly pct: number };
}

interface OperationFields {
  readonly ops: number;
  readonly time: { readonly us: number };
  /** The time of the longest operation. */
  readonly max: { readonly us: number };
  /** The time of one operation; absent if there was none. */
  readonly latency?: { readonly us: number };
}

const minuteUs = 60_000_000;

/** Returns the fields of the last whole minute of some disks together. @param disks one or more */
export function minuteOf(disks: readonly Disk[]): MinuteFields {
  const sums = { read: none(), write: none(), fsync: none() };
  for (const { minute } of disks) {
    for (const kind of ['read', 'write', 'fsync'] as const) {
      const [sum, { operations, totalUs, maxUs, bytes }] = [sums[kind], { bytes: 0, ...minute[kind] }];
      sum.operations += operations;
      sum.totalUs += totalUs;
      sum.maxUs = Math.max(sum.maxUs, maxUs);
      sum.bytes += bytes;
    }
  }
  const { read, write, fsync } = sums;
  return {
    read: { ...operationsOf(read), bytes: read.bytes },
    write: { ...operationsOf(write), bytes: write.bytes },
    fsync: operationsOf(fsync),
    busy: { pct: disks.reduce((most, disk) => Math.max(most, busyShare(disk)), 0) },
  };
}

const none = () => ({ operations: 0, totalUs: 0, maxUs: 0, bytes: 0 });

/** Returns the share of the minute. Operations run side by side, so that the sum of their times may be longer than it. */
const busyShare = ({ minute: { read, write, fsync } }: Disk): number =>
  Math.min(1, (read.totalUs + write.totalUs + fsync.totalUs) / minuteUs);

const operationsOf = ({ operations, totalUs, maxUs }: DiskOperations): OperationFields => ({
  ops: operations,
  time: { us: totalUs },
  max: { us: maxUs },
  ...(operations === 0 ? {} : { latency: { us: totalUs / operations } }),
});
