import { type KafkaHandler, kafkaHandler } from '../shared/adapters/middy/kafka-handler.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { header, type LogRecord, type OutgoingRecord } from '../shared/domain/record.ts';
import { partitionOf, topics } from '../shared/domain/topics.ts';
import type { Ports } from '../shared/ports/index.ts';
import { putAside, type Refusal } from '../shared/put-aside.ts';
import type { SkippedField } from './draft.ts';
import { normalise } from './normalise.ts';
import { numberingOf } from './position.ts';

export type NormalisePorts = Pick<Ports, 'eventLog' | 'ledger' | 'settings' | 'layout' | 'telemetry'>;

/** What a batch came to: records to send, each with the beat it was made of. */
interface Batch {
  readonly outgoing: OutgoingRecord[];
  readonly sources: LogRecord[];
  readonly refusals: Refusal[];
  readonly skipped: SkippedField[];
}

/**
 * Beats → samples; what cannot be read → dead letters. Stateless: every record carries a position made of its beat's
 * place in the log, so that a batch that comes again is counted once.
 */
export function createNormalise(ports: NormalisePorts): KafkaHandler {
  const epochOf = readOnce(() => ports.ledger.producerEpoch('normalise'));
  return kafkaHandler('normalise', ports.telemetry, async ({ records }) => {
    const batch: Batch = { outgoing: [], sources: [], refusals: [], skipped: [] };
    const epoch = await epochOf();
    for (const record of records) take(record, epoch, batch, ports);
    for (const { index, reason } of await ports.eventLog.append(batch.outgoing)) {
      const detail = `a sample of ${batch.outgoing[index]!.value.length} bytes was refused by the log`;
      batch.refusals.push({ record: batch.sources[index]!, reason, detail });
    }
    await putAside('normalise', batch.refusals, ports);
    report(records.length, batch, ports);
  });
}

/** Read when a function starts. A failure is not kept: the batch comes again, and so does the question. */
function readOnce(read: () => Promise<number>): () => Promise<number> {
  let answer: Promise<number> | undefined;
  return () => {
    answer ??= read().catch((error: unknown) => {
      answer = undefined;
      throw error;
    });
    return answer;
  };
}

function take(record: LogRecord, epoch: number, batch: Batch, { settings, layout }: NormalisePorts): void {
  try {
    const { effects, skipped } = normalise(record, settings, layout);
    const numbering = numberingOf(record, epoch);
    for (const [ordinal, { topic, partition, key, value, headers }] of effects.entries()) {
      batch.sources.push(record);
      batch.outgoing.push({
        topic,
        partition: partition ?? partitionOf(key, layout.partitions[topics.samples]),
        key,
        value: Buffer.from(value),
        headers: { ...headers, ...numbering(ordinal), [header.sourceTime]: String(record.timestampMs) },
      });
    }
    batch.skipped.push(...skipped);
  } catch (error) {
    if (!(error instanceof RefusedRecordError)) throw error;
    batch.refusals.push({ record, reason: error.reason, detail: error.message });
  }
}

function report(read: number, { outgoing, skipped }: Batch, { telemetry }: NormalisePorts): void {
  telemetry.count('documents_read', read);
  telemetry.count('samples_made', outgoing.length);
  for (const { reason } of skipped) telemetry.count('fields_skipped', 1, { reason });
  const [first] = skipped;
  if (first !== undefined) telemetry.warn('fields were left out of samples', { first, fields: skipped.length });
}
