import { PartitionStoppedError, restoreRemedy } from '../domain/errors.ts';
import { deadLetter } from '../log/dead-letter.ts';
import { header, type LogRecord, type OutgoingRecord } from '../log/record.ts';
import { topics } from '../log/topics.ts';
import type { Ports } from '../ports/index.ts';
import type { LedgerItem, LedgerKey } from '../ports/ledger.ts';
import { appendLetters } from './append-letters.ts';
import { decodeTransaction } from './transaction-object.ts';

export type CommitPorts = Pick<Ports, 'ledger' | 'objects' | 'eventLog' | 'telemetry'>;

/**
 * Performs step 3: sends the effects of a decided transaction, then clears `pending` if it still names this object. Two
 * workers may do it twice or at once: each record has its position, and readers drop a repeat.
 * @throws {UnavailableError} if a record was not acknowledged; `pending` stays, and recovery sends all of them again
 */
export async function sendEffects(
  key: LedgerKey,
  object: string,
  effects: readonly OutgoingRecord[],
  ports: CommitPorts,
): Promise<void> {
  await appendEffects(key, effects, (index, reason) => letterOf(key, effects[index]!, index, reason), ports);
  await ports.ledger.clearPending(key, object);
}

/**
 * Appends effects. One that the log refuses counts as sent and becomes a dead letter.
 * @param letterOf makes the dead letter of a refused effect, from its index and the reason
 * @throws {UnavailableError} if a record was not acknowledged
 */
export async function appendEffects(
  key: LedgerKey,
  effects: readonly OutgoingRecord[],
  letterOf: (index: number, reason: string) => OutgoingRecord,
  ports: Pick<Ports, 'eventLog' | 'telemetry'>,
): Promise<void> {
  const refused = await ports.eventLog.append(effects);
  if (refused.length === 0) return;
  await appendLetters(
    refused.map(({ index, reason }) => letterOf(index, reason)),
    { deadLetters: ports.eventLog, telemetry: ports.telemetry },
  );
  ports.telemetry.count('effects_refused', refused.length, { stage: key.stage });
}

/** Returns the dead letter of a refused effect. An effect that is a dead letter stays as it is. */
function letterOf(key: LedgerKey, effect: OutgoingRecord, ordinal: number, reason: string): OutgoingRecord {
  if (effect.topic === topics.deadLetters) return effect;
  const record: LogRecord = { ...effect, offset: ordinal, timestampMs: 0 };
  const letter = deadLetter(record, key.stage, reason, `an effect for ${effect.topic}/${effect.partition} was refused`);
  const position = effect.headers[header.position];
  const sourceTime = effect.headers[header.sourceTime];
  return {
    topic: letter.topic,
    partition: 0,
    key: letter.key,
    value: Buffer.from(letter.value),
    headers: {
      ...letter.headers,
      ...(position === undefined ? {} : { [header.position]: position }),
      ...(sourceTime === undefined ? {} : { [header.sourceTime]: sourceTime }),
    },
  };
}

/**
 * Performs step 0: sends the effects of the last transaction if they are pending.
 * @returns the item as it is afterwards
 * @throws {PartitionStoppedError} if the object with the effects is not in the object store
 */
export async function recover(key: LedgerKey, item: LedgerItem, ports: CommitPorts): Promise<LedgerItem> {
  if (item.pending === null) return item;
  const bytes = await ports.objects.get(item.pending);
  if (bytes === undefined) {
    const now = await ports.ledger.read(key);
    if (now.pending !== item.pending) return recover(key, now, ports);
    throw new PartitionStoppedError(
      `${key.stage} ${key.topic}/${key.partition}: the decided transaction ${item.pending}, whose effects are to be ` +
        `sent, is not in the object store; bring the object back, or ${restoreRemedy}`,
    );
  }
  await sendEffects(key, item.pending, decodeTransaction(item.pending, bytes).effects, ports);
  ports.telemetry.count('transactions_recovered', 1, { stage: key.stage });
  return { ...item, pending: null };
}
