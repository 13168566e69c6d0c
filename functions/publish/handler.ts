import { randomUUID } from 'node:crypto';
import type { Alert } from '../shared/domain/alert.ts';
import { RefusedRecordError, UnavailableError } from '../shared/domain/errors.ts';
import { shownText } from '../shared/domain/shown.ts';
import { silenceVersion } from '../shared/domain/silence.ts';
import { type KafkaHandler, kafkaHandler } from '../shared/handler/kafka-handler.ts';
import { runConcurrently } from '../shared/handler/run-concurrently.ts';
import { decodeAlert } from '../shared/log/decode.ts';
import { header, type LogRecord } from '../shared/log/record.ts';
import type { DeadLetters } from '../shared/ports/dead-letters.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { PublishedMessage } from '../shared/ports/publisher.ts';
import { readEach } from '../shared/runner/read-each.ts';
import { rejectRecords } from '../shared/runner/reject-records.ts';
import { bodyBytesMax, toMessage } from './message.ts';

export type PublishPorts = Pick<Ports, 'publisher' | 'deliveries' | 'telemetry' | 'clock' | 'layout'> & {
  readonly deadLetters: DeadLetters;
};

/** The longest time in which SNS may answer. */
const publishTimeoutMs = 10_000;

/** The time for recording the result after a send. A lease outlasts the function's time-out by as much. */
const marginMs = 2_000;

/**
 * The number of alerts that are published at the same time. Each needs three round trips; one after the other, the last of a
 * hundred alerts would wait for seconds.
 */
const alertsMax = 10;

/** One invocation of the function, which handles one batch. */
interface Invocation {
  /** A name that no other worker has. */
  readonly owner: string;
  /** Aborts shortly before the time limit of the function. */
  readonly signal: AbortSignal;
  remainingMs(): number;
}

/** A transition to publish, with its message. */
interface Publication {
  readonly alert: Alert;
  readonly message: PublishedMessage;
}

/**
 * Returns the handler that publishes transitions of alerts to SNS, at least once and with the same id every time. A transition
 * is not sent again once it, or a newer one of its alert, is recorded as sent. The transitions of one alert are sent in their
 * order.
 */
export function createPublish(ports: PublishPorts): KafkaHandler {
  return kafkaHandler('publish', ports.telemetry, async ({ records }, signal, remainingMs) => {
    const count = (outcome: string, by = 1): void => ports.telemetry.count('published', by, { outcome });
    const { read, refusals } = readEach(records, toPublication);
    const publications = read.flatMap(({ value }) => value ?? []);
    if (publications.length < read.length) count('nothing to send', read.length - publications.length);

    const invocation = { owner: randomUUID(), signal, remainingMs };
    const byAlert = [...Map.groupBy(publications, ({ alert }) => alert.id).values()];
    await runConcurrently(byAlert, alertsMax, async (one) => count(await publish(one, invocation, ports)));
    // One append for all of them keeps the order of their positions.
    await rejectRecords('publish', refusals, { ...ports, signal });
    if (refusals.length > 0) count('dead letter', refusals.length);
  });
}

/**
 * Reads a record of the topic `alerts`.
 * @returns `undefined` for a silence, and for a transition that receivers do not get
 * @throws {RefusedRecordError} for a record that is not an alert, or one that no message can contain
 */
function toPublication(record: LogRecord): Publication | undefined {
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

/**
 * Publishes one transition, unless that is done already.
 * @returns the outcome as the metric `published` has it
 * @throws {UnavailableError} if the batch must be retried
 */
async function publish({ alert, message }: Publication, invocation: Invocation, ports: PublishPorts): Promise<string> {
  const { publisher, deliveries, clock } = ports;
  const remainingMs = invocation.remainingMs();
  if (remainingMs < publishTimeoutMs + marginMs) {
    throw new UnavailableError(
      `${message.id}: ${remainingMs} ms are left, and a send needs ${publishTimeoutMs + marginMs}`,
    );
  }
  const key = { receiver: publisher.name, alertId: alert.id };
  const nowMs = clock.nowMs();
  const held = { revision: alert.revision, owner: invocation.owner, nowMs };
  const lease = { leaseMs: remainingMs + marginMs, receivedMs: nowMs, healthySinceMs: 0 };
  const claim = await deliveries.claim(key, { ...held, ...lease });
  if (claim.kind === 'not now') throw new UnavailableError(`${message.id}: another worker is publishing this alert`);
  if (claim.kind !== 'claimed') return claim.kind;
  try {
    await publisher.publish(message, AbortSignal.any([invocation.signal, AbortSignal.timeout(publishTimeoutMs)]));
  } catch (error) {
    await deliveries.release(key, invocation.owner);
    throw error;
  }
  await deliveries.acknowledge(key, held);
  return 'sent';
}
