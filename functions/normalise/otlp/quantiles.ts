import type { Buckets, Point } from './model.ts';

/** The quantiles that are estimated of a histogram, by the last part of their metric's name. */
const estimated = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
] as const;

/** A bucket of a histogram. */
interface Bucket {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/**
 * Returns p50, p95 and p99 of the values of a histogram, which are estimated: within a bucket, values are assumed to be
 * spread evenly. An estimate is off by the width of its bucket at most.
 *
 * - The first bucket begins at `min`, or at 0 if its bound is above 0; otherwise it is as wide as nothing.
 * - The last bucket ends at `max`, or else at the highest bound, so that values above it are underestimated.
 * @returns nothing for a histogram without values, or whose buckets do not fit its bounds
 */
export function quantilesOf({ bounds = [], counts = [], min, max }: Point): [name: string, value: number][] {
  if (counts.length !== bounds.length + 1 || bounds.length === 0) return [];
  const first = bounds[0]!;
  const last = bounds.at(-1)!;
  return estimate(
    counts.map((count, nth) => ({
      low: nth === 0 ? (min ?? Math.min(0, first)) : bounds[nth - 1]!,
      high: nth === bounds.length ? (max ?? last) : bounds[nth]!,
      count,
    })),
  );
}

/**
 * Returns p50, p95 and p99 of the values of an exponential histogram. Bucket `n` holds the values in (base^n, base^(n+1)],
 * with base = 2^(2^-scale); an estimate is off by the factor `base` at most.
 * @see https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram
 */
export function exponentialQuantilesOf(point: Point): [name: string, value: number][] {
  const { scale = 0, zeroCount = 0, positive = none, negative = none, min = -Infinity, max = Infinity } = point;
  const width = 2 ** -scale;
  const edge = (nth: number): number => 2 ** (nth * width);
  const below = negative.counts.map((count, nth) => ({
    low: -edge(negative.offset + nth + 1),
    high: -edge(negative.offset + nth),
    count,
  }));
  const above = positive.counts.map((count, nth) => ({
    low: edge(positive.offset + nth),
    high: edge(positive.offset + nth + 1),
    count,
  }));
  const within = (value: number): number => Math.min(Math.max(value, min), max);
  const buckets = [...below.reverse(), { low: 0, high: 0, count: zeroCount }, ...above];
  return estimate(buckets.map(({ low, high, count }) => ({ low: within(low), high: within(high), count })));
}

const none: Buckets = { offset: 0, counts: [] };

function estimate(buckets: readonly Bucket[]): [name: string, value: number][] {
  let total = 0;
  for (const { count } of buckets) total += count;
  if (!(total > 0 && total < Infinity)) return [];
  return estimated.map(([name, quantile]) => [name, valueAt(buckets, quantile * total)]);
}

function valueAt(buckets: readonly Bucket[], rank: number): number {
  let before = 0;
  let newest = Number.NaN;
  for (const { low, high, count } of buckets) {
    if (count <= 0) continue;
    if (before + count >= rank) return low + (high - low) * Math.max(0, (rank - before) / count);
    before += count;
    newest = high;
  }
  return newest;
}

/**
 * Returns the name of a quantile of a summary as the last part of a metric's name.
 * @example
 * quantileName(0.99); // => 'p99'
 * quantileName(0.999); // => 'p99_9'
 * quantileName(0); // => 'min'
 */
export function quantileName(quantile: number): string {
  if (quantile === 0) return 'min';
  if (quantile === 1) return 'max';
  return `p${String(Number((quantile * 100).toFixed(6))).replace('.', '_')}`;
}
