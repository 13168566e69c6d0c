import { randomUUID } from 'node:crypto';
import type { Alert } from '../shared/domain/alert.ts';
import { RefusedRecordError, UnavailableError } from '../shared/domain/errors.ts';
import { shownText } from '../shared/domain/shown.ts';
import { silenceVersion } from '../shared/domain/silence.ts';
import { type KafkaHandler, kafkaHandler } from '../shared/handler/kafka-handler.ts';
import { runConcurrently } from '../shared/handler/run-concurrently.ts';
import { decodeAlert } from '../shared/log/decode.ts';
import { readEach } from '../shared/log/read-each.ts';
import { header, type LogRecord } from '../shared/log/record.ts';
import { rejectRecords } from '../shared/log/reject-records.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { PublishedMessage } from '../shared/ports/publisher.ts';
import { bodyBytesMax, toMessage } from './message.ts';

export type PublishPorts = Pick<Ports, 'publisher' | 'deliveries' | 'eventLog' | 'telemetry' | 'clock' | 'layout'>;

/** How long SNS may take to answer. */
const publishTimeoutMs = 10_000;

/** What is needed after a send to write its mark; also how far a lease outlasts the function's time-out. */
const marginMs = 2_000;

/**
 * So many alerts are on their way at once: three round trips each, one after the other, would make the last of a
 * hundred wait for seconds.
 */
const lanesMax = 10;

/** One worker's turn at a batch. */
interface Invocation {
  readonly owner: string;
  readonly signal: AbortSignal;
  remainingMs(): number;
}

/** A transition that somebody is to be told of. */
interface Told {
  readonly alert: Alert;
  readonly message: PublishedMessage;
}

/**
 * Alerts → SNS, at least once and with the same id every time; a transition that is known to have gone out, or is
 * older than one that has, is not sent again. The transitions of one alert go out in their order.
 */
export function createPublish(ports: PublishPorts): KafkaHandler {
  return kafkaHandler('publish', ports.telemetry, async ({ records }, signal, remainingMs) => {
    const count = (outcome: string, by = 1): void => ports.telemetry.count('published', by, { outcome });
    const { read, refusals } = readEach(records, toTold);
    const told = read.flatMap(({ value }) => value ?? []);
    if (told.length < read.length) count('not to be told', read.length - told.length);

    const turn = { owner: randomUUID(), signal, remainingMs };
    const lanes = [...Map.groupBy(told, ({ alert }) => alert.id).values()];
    await runConcurrently(lanes, lanesMax, async (one) => count(await publish(one, turn, ports)));
    // In one append, so that they lie in the order of their positions.
    await rejectRecords('publish', refusals, ports);
    if (refusals.length > 0) count('dead letter', refusals.length);
  });
}

/**
 * @returns `undefined` for a transition that nobody is to be told of, and for a silence
 * @throws {RefusedRecordError} for a record that cannot be told
 */
function toTold(record: LogRecord): Told | undefined {
  if (record.headers[header.schema] === silenceVersion) return undefined;
  const alert = decodeAlert(record);
  return alert.notify ? { alert, message: fittingMessage(alert) } : undefined;
}

/** @throws {RefusedRecordError} `message too large` */
function fittingMessage(alert: Alert): PublishedMessage {
  const message = toMessage(alert);
  if (Buffer.byteLength(message.body) <= bodyBytesMax) return message;
  throw new RefusedRecordError(
    'message too large',
    `${shownText(message.id)}: over ${bodyBytesMax} bytes even when trimmed`,
  );
}

/** @throws {UnavailableError} when the batch has to come again */
async function publish({ alert, message }: Told, turn: Invocation, ports: PublishPorts): Promise<string> {
  const { publisher, deliveries, clock } = ports;
  const remainingMs = turn.remainingMs();
  if (remainingMs < publishTimeoutMs + marginMs) {
    throw new UnavailableError(
      `${message.id}: ${remainingMs} ms are left, a send needs ${publishTimeoutMs + marginMs}`,
    );
  }
  const key = { receiver: publisher.name, alertId: alert.id };
  const nowMs = clock.nowMs();
  const held = { revision: alert.revision, owner: turn.owner, nowMs };
  const ours = { leaseMs: remainingMs + marginMs, receivedMs: nowMs, healthySinceMs: 0 };
  const claim = await deliveries.claim(key, { ...held, ...ours });
  if (claim.kind === 'not now') throw new UnavailableError(`${message.id}: another worker is publishing this alert`);
  if (claim.kind !== 'claimed') return claim.kind;
  try {
    await publisher.publish(message, AbortSignal.any([turn.signal, AbortSignal.timeout(publishTimeoutMs)]));
  } catch (error) {
    await deliveries.release(key, turn.owner);
    throw error;
  }
  await deliveries.acknowledge(key, held);
  return 'sent';
}
