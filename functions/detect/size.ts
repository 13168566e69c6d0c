import type { Group, GroupIdentity, GroupSize, Metric } from './series-group.ts';
import { slotDoubles } from './slot.ts';

/** An amount of a capacity: a number of series or of bytes. */
export interface Size {
  readonly all: number;
  /** The part of it that belongs to series which are only shown. */
  readonly shown: number;
}

/**
 * The bytes that the codec writes for a group in at most two lanes, without its texts and metrics. The 96 bytes of each
 * open episode, and the 120 of a series that is beyond limits, are not counted.
 */
const groupBytes = 124;
/** The bytes that the codec writes for a metric without its texts and doubles. */
const metricBytes = 16;
/** The lengths of a dimension's name and value, as the codec writes them. */
const dimensionBytes = 8;

/** Returns the bytes of a text: those stored or those in memory, whichever are more. */
const textBytes = (text: string): number => Math.max(2 * text.length, Buffer.byteLength(text));

/** Returns the bytes of a group without its metrics. */
function ownBytes(key: string, { dimensions }: GroupIdentity): number {
  const storedBytes = Buffer.byteLength(key) + dimensionBytes * Object.keys(dimensions).length;
  return groupBytes + Math.max(2 * key.length, storedBytes);
}

/** The bytes that the codec writes for a capacity without an open episode. */
const fillingBytes = 96;
/** The bytes that the codec writes for a series that is compared with its peers, without an open episode. */
const peerBytes = 68;

const bytesOfMetric = ({ name, unit = '', rule }: Metric): number =>
  metricBytes +
  textBytes(name) +
  textBytes(unit) +
  8 * slotDoubles +
  (rule.fullAt === undefined ? 0 : fillingBytes) +
  (rule.peers === undefined ? 0 : peerBytes);

/** The bytes of a group's log without its ids and lines. */
const logOwnBytes = 64;
/** The length of a line, as the codec writes it. */
const lineBytes = 4;

/** Returns the bytes of what a group keeps of its log records, those of its episodes included. */
export function logBytes({ log, episodes }: Pick<Group, 'log' | 'episodes'>): number {
  if (log === undefined) return 0;
  let bytes = logOwnBytes;
  for (const { ids, lines } of log.minutes) bytes += (ids?.bytes ?? 0) + bytesOfLines(lines);
  for (const { lines } of episodes.values()) bytes += bytesOfLines(lines);
  return bytes;
}

function bytesOfLines(lines: readonly string[]): number {
  let bytes = 0;
  for (const line of lines) bytes += lineBytes + textBytes(line);
  return bytes;
}

/** Returns the sums over the metrics of a group. */
export function groupSize(key: string, identity: GroupIdentity, metrics: readonly Metric[], ofProfile = 0): GroupSize {
  return sumUp({ ownBytes: ownBytes(key, identity), logBytes: 0, ofProfile }, metrics);
}

/** Returns the sums of a group that keeps only `metrics`. */
export function keptSize({ size }: Group, metrics: readonly Metric[]): GroupSize {
  return sumUp(size, metrics);
}

function sumUp(own: Pick<GroupSize, 'ownBytes' | 'logBytes' | 'ofProfile'>, metrics: readonly Metric[]): GroupSize {
  const { ownBytes, logBytes, ofProfile } = own;
  const size = { ownBytes, logBytes, ofProfile, bytes: 0, shown: 0, shownBytes: 0 };
  for (const metric of metrics) growBy(size, metric);
  return size;
}

/** Adds a metric to the sums. */
export function growBy(size: GroupSize, metric: Metric): void {
  const bytes = bytesOfMetric(metric) + size.ofProfile;
  size.bytes += bytes;
  if (metric.rule.isJudged) return;
  size.shown += 1;
  size.shownBytes += bytes;
}

/**
 * Returns the series and the bytes of a group. If all metrics are only shown, the group's own bytes count as shown,
 * too.
 */
export function sizesOf({ metrics, size }: Group): { readonly series: Size; readonly bytes: Size } {
  const all = metrics.length;
  const own = all === 0 ? 0 : size.ownBytes + size.logBytes;
  return {
    series: { all, shown: size.shown },
    bytes: { all: own + size.bytes, shown: size.shownBytes + (size.shown === all ? own : 0) },
  };
}
