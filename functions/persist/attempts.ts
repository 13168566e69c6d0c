import type { SQSRecord } from 'aws-lambda';
import { messageOf } from '../shared/domain/message-of.ts';
import type { Layout } from '../shared/domain/settings.ts';
import { type QueueHandler, queueHandler } from '../shared/handler/queue-handler.ts';
import { appendLetters } from '../shared/log/append-letters.ts';
import { deadLetter, rejectionOf } from '../shared/log/dead-letter.ts';
import { positionText } from '../shared/log/position.ts';
import { header, type OutgoingRecord } from '../shared/log/record.ts';
import { partitionOf, topics } from '../shared/log/topics.ts';
import type { WarehouseWrite } from '../shared/ports/warehouse.ts';
import { attemptWrite } from './attempt-write.ts';
import type { PersistPorts } from './handler.ts';

interface Refused {
  readonly message: SQSRecord;
  readonly reason: string;
  readonly detail: string;
}

interface Read {
  readonly message: SQSRecord;
  readonly write: WarehouseWrite;
}

/**
 * Attempts of notify → `offbeat-deliveries`. While the warehouse is away the batch comes again. A message that cannot
 * become a document is a dead letter; where that cannot be appended, this message alone comes again.
 */
export function createPersistAttempts(ports: PersistPorts): QueueHandler {
  return queueHandler('persist', ports.telemetry, async (messages) => {
    const { read, refused } = readAll(messages);
    const refusals = await ports.warehouse.write(read.map(({ write }) => write));
    ports.telemetry.count('documents_written', read.length);
    const byWarehouse = refusals.map(({ index, reason }) => ({
      message: read[index]!.message,
      reason: 'refused by the warehouse',
      detail: reason,
    }));
    return putAside([...refused, ...byWarehouse], ports);
  });
}

function readAll(messages: readonly SQSRecord[]): { readonly read: readonly Read[]; readonly refused: Refused[] } {
  const read: Read[] = [];
  const refused: Refused[] = [];
  for (const message of messages) {
    try {
      read.push({ message, write: attemptWrite(message.body) });
    } catch (error) {
      refused.push({ message, ...rejectionOf(error) });
    }
  }
  return { read, refused };
}

/** @returns ids of the messages that have to come again */
async function putAside(refused: readonly Refused[], ports: PersistPorts): Promise<readonly string[]> {
  if (refused.length === 0) return [];
  try {
    await appendLetters(
      refused.map((each) => letterOf(each, ports.layout)),
      ports,
    );
  } catch (error) {
    const message = messageOf(error);
    ports.telemetry.error('attempts that cannot be read come again: they could not be put aside', { message });
    return refused.map(({ message: { messageId } }) => messageId);
  }
  for (const { reason } of refused) ports.telemetry.count('dead_letters', 1, { stage: 'persist', reason });
  return [];
}

/** A letter that names the queue in place of a topic, so that no redrive sends it to one; its message's id names it. */
function letterOf({ message, reason, detail }: Refused, layout: Layout): OutgoingRecord {
  const { messageId, body, attributes } = message;
  const value = Buffer.from(body);
  const record = { topic: 'attempts', partition: 0, offset: 0, timestampMs: 0, key: null, value, headers: {} };
  const letter = deadLetter(record, 'persist', reason, detail);
  const position = { producer: `persist/attempts/${messageId}`, epoch: 0, number: 0, ordinal: 0 };
  return {
    ...letter,
    value,
    partition: partitionOf(letter.key, layout.partitions[topics.deadLetters]),
    headers: {
      ...letter.headers,
      [header.position]: positionText(position),
      [header.sourceTime]: attributes.SentTimestamp || '0',
    },
  };
}
