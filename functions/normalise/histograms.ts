import type { FlatDocument } from './document/flatten.ts';
import type { Path } from './document/path.ts';

/** The quantiles of a histogram, by the last part of their metric's name. */
const quantiles = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
] as const;

/** The end of the path with the counts of a histogram. */
const countsEnding = '.counts';

/** The measurements of a histogram. */
export interface Histogram {
  /** The numbers since the last document, by the metric's name. */
  readonly deltas: readonly (readonly [metric: string, value: number])[];
  /** The quantiles, which are gauges, by the metric's name; none of a histogram without values. */
  readonly gauges: readonly (readonly [metric: string, value: number])[];
}

/**
 * Returns the measurements of a histogram of Elasticsearch, which is two lists: `{ "values": [0.1, 0.3], "counts": [3, 1] }`. The
 * Beats that send it count since their last document. Its sum and quantiles are as exact as its values, which stand for all
 * values near them.
 * @param path the path of its counts
 * @returns `undefined` for any other list
 * @see https://www.elastic.co/guide/en/elasticsearch/reference/current/histogram.html
 */
export function histogramAt(document: FlatDocument, { text }: Path, counts: readonly unknown[]): Histogram | undefined {
  if (!text.endsWith(countsEnding)) return undefined;
  const name = text.slice(0, -countsEnding.length);
  const values = document.valueAt(`${name}.values`);
  if (!Array.isArray(values) || values.length !== counts.length) return undefined;
  if (!areNumbers(values) || !areNumbers(counts) || counts.some((count) => count < 0)) return undefined;
  let total = 0;
  let sum = 0;
  for (const [nth, count] of counts.entries()) {
    total += count;
    sum += count * values[nth]!;
  }
  const deltas = [
    [`${name}.count`, total],
    [`${name}.sum`, sum],
  ] as const;
  if (total === 0) return { deltas, gauges: [] };
  return {
    deltas,
    gauges: quantiles.map(([ending, quantile]) => [`${name}.${ending}`, valueAt(values, counts, quantile * total)]),
  };
}

const areNumbers = (list: readonly unknown[]): list is readonly number[] =>
  list.every((entry) => typeof entry === 'number' && Number.isFinite(entry));

function valueAt(values: readonly number[], counts: readonly number[], rank: number): number {
  let before = 0;
  let newest = Number.NaN;
  for (const [nth, count] of counts.entries()) {
    if (count === 0) continue;
    before += count;
    newest = values[nth]!;
    if (before >= rank) return newest;
  }
  return newest;
}
