import { setTimeout as delay } from 'node:timers/promises';
import { factsFor } from '../../functions/shared/domain/catalogue/catalogue.ts';
import { secondMs } from '../../functions/shared/domain/durations.ts';
import { entityPath } from '../../functions/shared/domain/entity.ts';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import { type Sample, sampleVersion } from '../../functions/shared/domain/sample.ts';
import type { Layout } from '../../functions/shared/log/layout.ts';
import { header, type OutgoingRecord } from '../../functions/shared/log/record.ts';
import { partitionOf, sampleKey, topics } from '../../functions/shared/log/topics.ts';
import type { EventLog } from '../../functions/shared/ports/event-log.ts';
import { RateLike } from './rate-like.ts';

/** The most samples of one append. */
const batchSamples = 2_000;

export interface WarmOptions {
  readonly eventLog: Pick<EventLog, 'append'>;
  readonly layout: Layout;
  /** The most samples a second. */
  readonly rate: number;
  /** Drains the flow or reports progress. It is awaited after each append, with the values so far. */
  readonly afterAppend: (values: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** The history that was appended. */
export interface Warmed {
  readonly series: number;
  readonly values: number;
  /** The series of counters that are like rates, by their texts. */
  readonly rateLike: readonly string[];
}

/**
 * Appends samples of the past to `samples`, in the order in which they come, under a header by which detect learns and reports
 * nothing. Each goes to the partition of its live samples. It keeps the names of the series, and one batch.
 * @throws {UnavailableError} if the log does not answer or refuses a record
 * @throws the signal's reason, between two appends
 */
export async function warm(pages: AsyncIterable<readonly Sample[]>, options: WarmOptions): Promise<Warmed> {
  const series = new Set<string>();
  const rateLike = new RateLike();
  let values = 0;
  for await (const page of pages) {
    for (let from = 0; from < page.length; from += batchSamples) {
      options.signal.throwIfAborted();
      const batch = page.slice(from, from + batchSamples);
      const [refused] = await options.eventLog.append(batch.map((sample) => recordOf(sample, options.layout)));
      if (refused !== undefined) throw new UnavailableError(`a record was refused: ${refused.reason}`);
      for (const sample of batch) rateLike.note(sample);
      for (const name of batch.flatMap(seriesOf)) {
        series.add(name);
        values += 1;
      }
      await options.afterAppend(values);
      await delay((batch.length / options.rate) * secondMs, undefined, { signal: options.signal });
    }
  }
  return { series: series.size, values, rateLike: rateLike.series };
}

function recordOf(sample: Sample, { partitions }: Layout): OutgoingRecord {
  const key = sampleKey(sample.entity);
  return {
    topic: topics.samples,
    partition: partitionOf(key, partitions[topics.samples]),
    key,
    value: Buffer.from(JSON.stringify(sample)),
    headers: { [header.schema]: sampleVersion, [header.history]: '1' },
  };
}

/** Returns a text for each series of a sample that is learned from the past. */
const seriesOf = ({ entity, dataset, dimensions, measurements, kinds }: Sample): string[] =>
  Object.keys(measurements)
    .filter((metric) => factsFor(metric, kinds?.[metric]).kind !== 'delta')
    .map((metric) => JSON.stringify([entityPath(entity), dataset, dimensions, metric]));
