import { randomUUID } from 'node:crypto';
import { type KafkaHandler, kafkaHandler } from '../shared/adapters/middy/kafka-handler.ts';
import type { Alert } from '../shared/domain/alert.ts';
import { decodeAlert } from '../shared/domain/decode.ts';
import { RefusedRecordError, UnavailableError } from '../shared/domain/errors.ts';
import type { LogRecord } from '../shared/domain/record.ts';
import type { Ports } from '../shared/ports/index.ts';
import { putAside } from '../shared/put-aside.ts';
import { bodyBytesMax, toMessage } from './message.ts';

export type PublishPorts = Pick<Ports, 'publisher' | 'deliveries' | 'eventLog' | 'telemetry' | 'clock' | 'layout'>;

/** How long SNS may take to answer. */
export const publishTimeoutMs = 10_000;

/** What is needed after a send to write its mark; also how far a lease outlasts the function's time-out. */
const marginMs = 2_000;

/** One worker's turn at a batch. */
interface Turn {
  readonly owner: string;
  readonly signal: AbortSignal;
  remainingMs(): number;
}

/**
 * Alerts → SNS, at least once and with the same id every time; a transition that is known to have gone out, or is
 * older than one that has, is not sent again.
 */
export function createPublish(ports: PublishPorts): KafkaHandler {
  return kafkaHandler('publish', ports.telemetry, async ({ records }, signal, remainingMs) => {
    const turn = { owner: randomUUID(), signal, remainingMs };
    for (const record of records) {
      const outcome = await publishRecord(record, turn, ports);
      ports.telemetry.count('published', 1, { outcome });
    }
  });
}

async function publishRecord(record: LogRecord, turn: Turn, ports: PublishPorts): Promise<string> {
  try {
    const alert = decodeAlert(record);
    return alert.notify ? await publishAlert(alert, turn, ports) : 'not to be told';
  } catch (error) {
    if (!(error instanceof RefusedRecordError)) throw error;
    await putAside('publish', [{ record, reason: error.reason, detail: error.message }], ports);
    return 'dead letter';
  }
}

/** @throws {UnavailableError} when the batch has to come again */
async function publishAlert(alert: Alert, turn: Turn, ports: PublishPorts): Promise<string> {
  const { publisher, deliveries, clock } = ports;
  const message = toMessage(alert);
  if (Buffer.byteLength(message.body) > bodyBytesMax) {
    throw new RefusedRecordError('message too large', `${message.id}: over ${bodyBytesMax} bytes even when trimmed`);
  }
  const remainingMs = turn.remainingMs();
  if (remainingMs < publishTimeoutMs + marginMs) {
    throw new UnavailableError(
      `${message.id}: ${remainingMs} ms are left, a send needs ${publishTimeoutMs + marginMs}`,
    );
  }
  const key = { receiver: publisher.name, alertId: alert.id, revision: alert.revision, owner: turn.owner };
  const claim = await deliveries.claim({ ...key, nowMs: clock.nowMs(), leaseMs: remainingMs + marginMs });
  if (claim === 'leased') throw new UnavailableError(`${message.id}: another worker is publishing this alert`);
  if (claim !== 'claimed') return claim;
  try {
    await publisher.publish(message, AbortSignal.any([turn.signal, AbortSignal.timeout(publishTimeoutMs)]));
  } catch (error) {
    await deliveries.release(publisher.name, alert.id, turn.owner);
    throw error;
  }
  await deliveries.acknowledge(publisher.name, alert.id, alert.revision, turn.owner);
  return 'sent';
}
