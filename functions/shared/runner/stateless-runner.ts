import { randomUUID } from 'node:crypto';
import { UnavailableError } from '../domain/errors.ts';
import type { Layout } from '../domain/settings.ts';
import { rejectionOf } from '../log/dead-letter.ts';
import type { PartitionBatch } from '../log/kafka-event.ts';
import type { Effect, LogRecord, OutgoingRecord } from '../log/record.ts';
import { namedLetter } from '../log/reject-records.ts';
import { partitionOf, topics } from '../log/topics.ts';
import type { Ports } from '../ports/index.ts';
import type { LedgerItem, LedgerKey } from '../ports/ledger.ts';
import { newestAppendTime } from '../time/append-time.ts';
import { countDeadLetters } from './count-dead-letters.ts';
import { uncounted } from './offsets.ts';
import { outgoing } from './outgoing.ts';
import { appendEffects } from './send-effects.ts';

export type StatelessRunnerPorts = Pick<Ports, 'layout' | 'ledger' | 'eventLog' | 'telemetry' | 'clock'>;

/**
 * What one record becomes in a stage that remembers nothing. Pure: the same record after the same append time gives the
 * same effects. An effect may bring a position of its own.
 */
export interface Transform {
  /**
   * Effects that are due with a record whatever it holds; they come before its own. Never throws.
   * @param beforeMs append time of the newest record before this one, ms; 0 before the first
   */
  before(record: LogRecord, beforeMs: number): readonly Effect[];
  /** @throws what makes the record a dead letter */
  apply(record: LogRecord): readonly Effect[];
}

/**
 * Runs a stage that remembers nothing over batches of one partition. The ledger's item says what comes next before
 * anything is appended, and moves on once all of it is acknowledged. Stopped between the two, the batch comes again and
 * makes the same effects under the same positions (offset, ordinal), by which their readers know them.
 *
 * Whatever `apply` throws on a record makes a dead letter; only a failing port makes the batch come again.
 * @param attemptId a name no other attempt has
 * @returns runs one batch, and returns the records that had not been counted before; rejects when the batch must be
 *   handed in again
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
    const { effects, sources, newestMs } = transformAll(key, item, records, transform, ports);
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
  { stage, topic, partition }: LedgerKey,
  item: LedgerItem,
  records: readonly LogRecord[],
  transform: Transform,
  { layout }: StatelessRunnerPorts,
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

/** The letter of a record whose effect the log refuses for good, which it may be already. */
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
