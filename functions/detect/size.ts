import type { Group, GroupIdentity, Metric } from './group.ts';
import { slotDoubles } from './slot.ts';

/** The size of something in a room: a number of series, or bytes; all of it, and what is only shown. */
export interface Size {
  readonly all: number;
  readonly shown: number;
}

/** The sums over a group's metrics. They are kept, because a group may have thousands of metrics. */
export interface GroupSize {
  /** Bytes of the group without its metrics. */
  readonly ownBytes: number;
  bytes: number;
  /** The number of the metrics that are only shown, and their bytes. */
  shown: number;
  shownBytes: number;
}

/**
 * The bytes that the codec writes of a group in two lanes at most besides its texts and metrics, and of a metric besides its
 * texts and numbers. Each open episode takes 68 more; they are not counted.
 */
const groupBytes = 96;
const metricBytes = 16;
/** The lengths of a dimension's name and value, as the codec writes them. */
const dimensionBytes = 8;

/** Bytes of a text as it is stored or as it is in memory, whichever are more. */
const textBytes = (text: string): number => Math.max(2 * text.length, Buffer.byteLength(text));

/** @param key of `identity` */
function ownBytes(key: string, { dimensions }: GroupIdentity): number {
  const storedBytes = Buffer.byteLength(key) + dimensionBytes * Object.keys(dimensions).length;
  return groupBytes + Math.max(2 * key.length, storedBytes);
}

const bytesOfMetric = ({ name, unit = '' }: Metric): number =>
  metricBytes + textBytes(name) + textBytes(unit) + 8 * slotDoubles;

/** The sums over `metrics` of the group that has this key and identity. */
export function groupSize(key: string, identity: GroupIdentity, metrics: readonly Metric[]): GroupSize {
  return sumUp(ownBytes(key, identity), metrics);
}

/** The sums of a group of which only `metrics` are kept. */
export function keptSize({ size }: Group, metrics: readonly Metric[]): GroupSize {
  return sumUp(size.ownBytes, metrics);
}

function sumUp(ownBytes: number, metrics: readonly Metric[]): GroupSize {
  const size = { ownBytes, bytes: 0, shown: 0, shownBytes: 0 };
  for (const metric of metrics) growBy(size, metric);
  return size;
}

/** Adds a metric to the sums. */
export function growBy(size: GroupSize, metric: Metric): void {
  const bytes = bytesOfMetric(metric);
  size.bytes += bytes;
  if (metric.judgement.judged) return;
  size.shown += 1;
  size.shownBytes += bytes;
}

/** The series and the bytes that a group takes. A group of which all is only shown takes its own bytes for that, too. */
export function sizesOf({ metrics, size }: Group): { readonly series: Size; readonly bytes: Size } {
  const all = metrics.length;
  const own = all === 0 ? 0 : size.ownBytes;
  return {
    series: { all, shown: size.shown },
    bytes: { all: own + size.bytes, shown: size.shownBytes + (size.shown === all ? own : 0) },
  };
}
