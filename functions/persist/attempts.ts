import type { SQSRecord } from 'aws-lambda';
import { messageOf } from '../shared/domain/message-of.ts';
import { type QueueHandler, queueHandler } from '../shared/handler/queue-handler.ts';
import { deadLetter, rejectionOf } from '../shared/log/dead-letter.ts';
import type { Layout } from '../shared/log/layout.ts';
import { positionText } from '../shared/log/position.ts';
import { header, type OutgoingRecord } from '../shared/log/record.ts';
import { partitionOf, topics } from '../shared/log/topics.ts';
import type { WarehouseWrite } from '../shared/ports/warehouse.ts';
import { appendLetters } from '../shared/runner/append-letters.ts';
import { attemptWrite } from './attempt-write.ts';
import type { PersistPorts } from './handler.ts';

/** A message that cannot become a document. */
interface RefusedMessage {
  readonly message: SQSRecord;
  readonly reason: string;
  readonly detail: string;
}

/** A message that became a write. */
interface ReadMessage {
  readonly message: SQSRecord;
  readonly write: WarehouseWrite;
}

/**
 * Returns the handler that writes the attempts of notify to `offbeat-deliveries`. While the warehouse is unavailable the
 * batch is retried. A message that cannot become a document becomes a dead letter; if the dead letter cannot be appended,
 * only this message is delivered again.
 */
export function createPersistAttempts(ports: PersistPorts): QueueHandler {
  return queueHandler('persist', ports.telemetry, async (messages) => {
    const { read, refused } = readAll(messages);
    const refusals = await ports.warehouse.write(read.map(({ write }) => write));
    ports.telemetry.count('documents_written', read.length - refusals.length);
    const byWarehouse = refusals.map(({ index, reason }) => ({
      message: read[index]!.message,
      reason: 'refused by the warehouse',
      detail: reason,
    }));
    return deadLetterRefused([...refused, ...byWarehouse], ports);
  });
}

function readAll(messages: readonly SQSRecord[]): {
  readonly read: readonly ReadMessage[];
  readonly refused: RefusedMessage[];
} {
  const read: ReadMessage[] = [];
  const refused: RefusedMessage[] = [];
  for (const message of messages) {
    try {
      read.push({ message, write: attemptWrite(message.body) });
    } catch (error) {
      refused.push({ message, ...rejectionOf(error) });
    }
  }
  return { read, refused };
}

/** @returns the ids of the messages that must be delivered again */
async function deadLetterRefused(refused: readonly RefusedMessage[], ports: PersistPorts): Promise<readonly string[]> {
  if (refused.length === 0) return [];
  try {
    await appendLetters(
      refused.map((each) => letterOf(each, ports.layout)),
      { deadLetters: ports.eventLog, telemetry: ports.telemetry },
    );
  } catch (error) {
    const message = messageOf(error);
    ports.telemetry.error('attempts are retried: their dead letters could not be appended', { message });
    return refused.map(({ message: { messageId } }) => messageId);
  }
  for (const { reason } of refused) ports.telemetry.count('dead_letters', 1, { stage: 'persist', reason });
  return [];
}

/** Returns the dead letter of a message. It names the queue in place of a topic, so no redrive sends it to a topic. */
function letterOf({ message, reason, detail }: RefusedMessage, layout: Layout): OutgoingRecord {
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
