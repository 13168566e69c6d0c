import type { Group, Metric } from './group.ts';
import { slotDoubles } from './slot.ts';

/** What takes up a room: a number of series, or bytes; all of it, and what is only shown. */
export interface Size {
  readonly all: number;
  readonly shown: number;
}

/** The sums over a group's metrics. They are kept, because a group may have thousands of metrics. */
export interface GroupSize {
  /** Bytes of the group without its metrics. */
  readonly ownBytes: number;
  bytes: number;
  /** How many of the metrics are only shown, and their bytes. */
  shown: number;
  shownBytes: number;
}

/** The bytes of a group besides its metrics, and of a metric besides its name and numbers: ids, episode, minutes. */
const groupBytes = 96;
const metricBytes = 16;

const metricWeight = (metric: Metric): number => metricBytes + 2 * metric.name.length + 8 * slotDoubles;

/** @param metrics of the group with this key */
export function groupSize(key: string, metrics: readonly Metric[]): GroupSize {
  const size = { ownBytes: groupBytes + 2 * key.length, bytes: 0, shown: 0, shownBytes: 0 };
  for (const metric of metrics) growBy(size, metric);
  return size;
}

/** Adds a metric to the sums. */
export function growBy(size: GroupSize, metric: Metric): void {
  const bytes = metricWeight(metric);
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
