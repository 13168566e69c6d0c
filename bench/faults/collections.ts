import type { Random } from '../quality/random.ts';
import { type Document, datasetOf, numberAt, setAt } from './fields.ts';
import { type QuietCluster, recordedPeriodMs, type Template } from './quiet-cluster.ts';

/** The documents of one collection by their keys. Counters are what was added since the collection before. */
export type Collection = Map<string, Document>;

/** Collections from one part of the quiet minutes before another part follows; each part has one run of the backup job. */
const blockMs = 300_000;
/** The standard deviation of the logarithm by which what a counter adds is varied, so that no two parts are equal. */
const variation = 0.05;
/** The time between two collections of file systems, ms: a minute, as they were recorded. */
const fileSystemMs = 60_000;

/**
 * Yields collections of a cluster without any trouble, without end: five minutes of the recording after other five minutes, from
 * random starts (a block bootstrap), so that series which moved together still do. With a longer period than 10 s, a counter has
 * the sum of what was recorded, and a gauge its last value.
 * @param periodMs a multiple of 10,000
 */
export function* quietCollections(quiet: QuietCluster, periodMs: number, random: Random): Generator<Collection> {
  const stride = periodMs / recordedPeriodMs;
  const perBlock = Math.max(1, Math.round(blockMs / periodMs));
  for (let nth = 0, at = 0; ; nth += 1) {
    if (nth % perBlock === 0) at = Math.floor(random.uniform() * quiet.length);
    const withFileSystems = (nth * periodMs) % fileSystemMs === 0;
    const collection: Collection = new Map();
    for (const { key, counters, documents } of quiet.templates) {
      if (key.startsWith('system.filesystem') && !withFileSystems) continue;
      const document: Document = JSON.parse(documents[(at + stride - 1) % quiet.length]!);
      for (const { path, added } of counters) {
        let sum = 0;
        for (let step = 0; step < stride; step += 1) sum += added[(at + step) % quiet.length]!;
        setAt(document, path, Math.round(sum * Math.exp(variation * random.normal())));
      }
      collection.set(key, document);
    }
    followProducer(collection);
    at += stride;
    yield collection;
  }
}

/** Lets each partition of the group read what was written, so that its offset never overtakes the newest. */
function followProducer(collection: Collection): void {
  for (const [key, document] of collection) {
    if (!key.startsWith('kafka.consumergroup')) continue;
    const written = collection.get(key.replace('kafka.consumergroup', 'kafka.partition'))!;
    setAt(document, 'kafka.consumergroup.offset', numberAt(written, 'kafka.partition.offset.newest'));
  }
}

/** The sums of counters, which a restart of their host sets to zero. */
export class CounterTotals {
  readonly #sums = new Map<string, Map<string, number>>();

  /** Replaces what a document's counters added by their sums. */
  addUp({ key, counters }: Template, document: Document): void {
    const sums = this.#sums.get(key) ?? new Map<string, number>();
    this.#sums.set(key, sums);
    for (const { path } of counters) {
      const sum = (sums.get(path) ?? 0) + numberAt(document, path);
      sums.set(path, sum);
      setAt(document, path, sum);
    }
  }

  /** Sets all counters of a host to zero. */
  reset(host: string): void {
    for (const key of this.#sums.keys()) if (key.split(' ')[1] === host) this.#sums.delete(key);
  }
}

/** Writes the time of the collection, and the period at which the document is collected. */
export function stamp(document: Document, timeMs: number, periodMs: number): void {
  setAt(document, '@timestamp', new Date(timeMs).toISOString());
  const isFileSystem = datasetOf(document) === 'system.filesystem';
  setAt(document, 'metricset.period', isFileSystem ? Math.max(periodMs, fileSystemMs) : periodMs);
}
