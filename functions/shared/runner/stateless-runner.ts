import { randomUUID } from 'node:crypto';
import { UnavailableError } from '../domain/errors.ts';
import { rejectionOf } from '../log/dead-letter.ts';
import type { PartitionBatch } from '../log/kafka-event.ts';
import type { Layout } from '../log/layout.ts';
import type { Effect, LogRecord, OutgoingRecord } from '../log/record.ts';
import { partitionOf, topics } from '../log/topics.ts';
import type { Ports } from '../ports/index.ts';
import type { LedgerItem, LedgerKey } from '../ports/ledger.ts';
import { newestAppendTime } from '../time/append-time.ts';
import { countDeadLetters } from './count-dead-letters.ts';
import { uncounted } from './offsets.ts';
import { outgoing } from './outgoing.ts';
import { namedLetter } from './reject-records.ts';
import { appendEffects } from './send-effects.ts';

export type StatelessRunnerPorts = Pick<Ports, 'layout' | 'ledger' | 'eventLog' | 'telemetry' | 'clock'>;

/**
 * The pure part of a stage without state: it turns one record into effects. The same record after the same append time
 * gives the same effects. An effect may have a position in its headers; the runner keeps that one.
 */
export interface Transform {
  /**
   * Returns the effects that come before those of the record and do not depend on its value, such as ticks. Never throws.
   * @param beforeMs append time of the newest record before this one, ms since the epoch; 0 before the first
   */
  before(record: LogRecord, beforeMs: number): readonly Effect[];
  /**
   * Returns the effects of the record itself.
   * @throws {Error} of any kind, with which the record becomes a dead letter
   */
  apply(record: LogRecord): readonly Effect[];
}

/**
 * Returns a function that runs batches of one partition through a stage without state. The ledger's item names the next
 * offset before anything is appended, and is advanced once all effects are acknowledged. If the process stops between
 * the two, the batch is retried and makes the same effects under the same positions (offset, ordinal), so that their
 * readers drop them.
 *
 * An error of `apply` makes its record a dead letter; only an error of a port causes a retry of the batch.
 * @param attemptId returns a name that no other attempt has
 * @returns a function that runs one batch and returns the records that were not counted before; it rejects when the
 *   batch must be passed in again
 */
export function createStatelessRunner(
  stage: string,
  ports: StatelessRunnerPorts,
  attemptId: () => string = randomUUID,
): (batch: PartitionBatch, transform: Transform, signal: AbortSignal) => Promise<readonly LogRecord[]> {
  return async ({ topic, partition, records: all }, transform, signal) => {
    const key: LedgerKey = { stage, topic, partition };
    const item = await ports.ledger.read(key);
    const records = await uncounted(key, item, all, ports);
    if (records.length === 0) return records;
    const { effects, sources, newestMs } = transformAll({ key, item }, records, transform, ports.layout);
    if (signal.aborted) throw new UnavailableError(`${stage}: out of time before anything was appended`);
    const letterOf = (index: number, reason: string) =>
      refusedLetter(stage, effects[index]!, { record: sources[index]!, reason }, ports.layout);
    await appendEffects(key, effects, letterOf, ports);
    await ports.ledger.advance(key, item, {
      nextOffset: records.at(-1)!.offset + 1,
      newestRecordMs: newestMs,
      decidedAtMs: ports.clock.nowMs(),
      blocks: {},
      pending: null,
      attempt: attemptId(),
    });
    countDeadLetters(stage, effects, ports.telemetry);
    return records;
  };
}

function transformAll(
  { key: { stage, topic, partition }, item }: { readonly key: LedgerKey; readonly item: LedgerItem },
  records: readonly LogRecord[],
  transform: Transform,
  layout: Layout,
): { effects: OutgoingRecord[]; sources: LogRecord[]; newestMs: number } {
  const producer = `${stage}/${topic}/${partition}`;
  const effects: OutgoingRecord[] = [];
  const sources: LogRecord[] = [];
  let newestMs = item.newestRecordMs;
  for (const record of records) {
    const made = [...transform.before(record, newestMs), ...effectsOf(stage, record, transform)];
    for (const [ordinal, effect] of made.entries()) {
      const position = { producer, epoch: item.epoch, number: record.offset, ordinal };
      effects.push(outgoing(effect, record, position, layout));
      sources.push(record);
    }
    newestMs = newestAppendTime(newestMs, record.timestampMs);
  }
  return { effects, sources, newestMs };
}

function effectsOf(stage: string, record: LogRecord, transform: Transform): readonly Effect[] {
  try {
    return transform.apply(record);
  } catch (error) {
    const { reason, detail } = rejectionOf(error);
    return [namedLetter(record, stage, reason, detail)];
  }
}

/** Returns the dead letter of a record whose effect the log refused. An effect that is a dead letter stays as it is. */
function refusedLetter(
  stage: string,
  effect: OutgoingRecord,
  { record, reason }: { readonly record: LogRecord; readonly reason: string },
  layout: Layout,
): OutgoingRecord {
  if (effect.topic === topics.deadLetters) return effect;
  const detail = `an effect of ${effect.value.length} bytes was refused by ${effect.topic}`;
  const letter = namedLetter(record, stage, reason, detail);
  const partition = partitionOf(letter.key, layout.partitions[topics.deadLetters]);
  return { ...letter, partition, value: Buffer.from(letter.value) };
}
