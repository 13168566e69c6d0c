import { randomUUID } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { messageOf } from '../shared/domain/message-of.ts';
import { shown } from '../shared/domain/shown.ts';
import { type Invocation, type QueueHandler, queueHandler } from '../shared/handler/queue-handler.ts';
import { runConcurrently } from '../shared/handler/run-concurrently.ts';
import { rejectionOf } from '../shared/log/dead-letter.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { Rejection } from '../shared/runner/reject-records.ts';
import { type AttemptReports, attemptReports } from './attempts.ts';
import type { Channel, ChannelPorts } from './channel.ts';
import { deliver, type MessageInHand, type NextTryMs, unrecordedWaitMs } from './deliver.ts';
import { waitUnchanged } from './delivery-messages.ts';
import { copyBody, decodeMessage } from './message.ts';
import { openChannel } from './receivers/registry.ts';

export type NotifyPorts = Pick<
  Ports,
  'settings' | 'deliveries' | 'receivers' | 'queue' | 'attempts' | 'telemetry' | 'clock'
> &
  ChannelPorts;

/** The number of alerts that are delivered to one receiver at the same time. A queue hands out as many messages at once. */
const alertsMax = 10;

/**
 * The number of receipts after which a copy replaces a message. SQS moves a message to the dead-letter queue after 1,000
 * receipts at most, and a day of attempts for several receivers may need more.
 */
export const receiptsMax = 150;

/** A message of the batch, with the next tries of its receivers so far. */
interface Pending {
  readonly record: SQSRecord;
  /** The message as it was read; `undefined` if it cannot be read. */
  readonly inHand: MessageInHand | undefined;
  readonly nextTries: NextTryMs[];
}

/**
 * Returns the handler that delivers the messages of the queue behind the SNS topic to the receivers: at least once, with the
 * same id on every attempt, and never again once the acknowledgement is recorded. Receivers do not wait for each other, and
 * neither do alerts. Only the transitions of one alert are delivered to a receiver one after the other, in their order.
 */
export function createNotify(ports: NotifyPorts): QueueHandler {
  const channels = new Map(ports.settings.receivers.map((receiver) => [receiver.name, openChannel(receiver, ports)]));
  return queueHandler('notify', ports.telemetry, async (records, invocation) => {
    const pending: Pending[] = [];
    const reports = attemptReports(ports);
    for (const record of records) pending.push(await openMessage(record, channels, invocation, ports));
    await Promise.all(
      [...channels].map(([receiver, channel]) => deliverAll(receiver, channel, pending, { ...ports, reports })),
    );
    const again = await postpone(pending, ports);
    await reports.settled(invocation.remainingMs());
    return again;
  });
}

async function openMessage(
  record: SQSRecord,
  channels: ReadonlyMap<string, Channel>,
  invocation: Invocation,
  ports: NotifyPorts,
): Promise<Pending> {
  try {
    return { record, inHand: readMessage(record, channels, invocation, ports), nextTries: [] };
  } catch (error) {
    // Reading uses no I/O, so it fails in the same way however often the message comes.
    return { record, inHand: undefined, nextTries: await rejectMessage(record, rejectionOf(error), ports) };
  }
}

/** @throws {RefusedRecordError} for a message that cannot be delivered to any receiver */
function readMessage(
  record: SQSRecord,
  channels: ReadonlyMap<string, Channel>,
  invocation: Invocation,
  { clock }: NotifyPorts,
): MessageInHand {
  const message = decodeMessage(record.body);
  const receiver = message.redrive?.receiver;
  if (receiver !== undefined && !channels.has(receiver)) {
    throw new RefusedRecordError('no such receiver', `redriven for ${shown(receiver)}, which the settings do not name`);
  }
  const { ApproximateFirstReceiveTimestamp: firstReceived } = record.attributes;
  // The time that a copy contains counts only if it is in the past.
  const receivedMs = Math.min(message.failingSinceMs ?? Infinity, Number(firstReceived) || clock.nowMs());
  return { message, body: record.body, receivedMs, owner: randomUUID(), ...invocation };
}

/**
 * Sends a message that cannot be read to the dead-letter queue.
 * @returns when to do so again if that failed; the other messages of the batch do not wait for it
 */
async function rejectMessage(
  record: SQSRecord,
  { reason, detail }: Omit<Rejection, 'record'>,
  ports: NotifyPorts,
): Promise<NextTryMs[]> {
  try {
    await ports.queue.deadLetter(record.body, reason);
  } catch (failure) {
    reportUnrecorded(failure, { messageId: record.messageId }, ports);
    return [unrecordedWaitMs];
  }
  ports.telemetry.count('messages_refused', 1, { reason });
  ports.telemetry.error('a message cannot be read', { messageId: record.messageId, detail });
  return [];
}

/**
 * Reports that the delivery table or the queue failed. The receiver did not: the lease expires and the message comes
 * again.
 */
function reportUnrecorded(error: unknown, details: Readonly<Record<string, string>>, { telemetry }: NotifyPorts): void {
  const message = messageOf(error);
  telemetry.count('failures', 1, { stage: 'notify', reason: 'mark not written' });
  telemetry.error('a delivery could not be recorded', { ...details, message });
}

/** Delivers the messages of a batch to one receiver: the alerts side by side, the revisions of each in their order. */
async function deliverAll(
  receiver: string,
  channel: Channel,
  pending: readonly Pending[],
  ports: NotifyPorts & { readonly reports: AttemptReports },
): Promise<void> {
  const own = pending.flatMap(({ record: { messageId }, inHand, nextTries }) =>
    inHand !== undefined && (inHand.message.redrive?.receiver ?? receiver) === receiver
      ? [{ messageId, inHand, nextTries }]
      : [],
  );
  // A queue hands out messages in any order.
  own.sort((a, b) => revisionOf(a.inHand) - revisionOf(b.inHand));
  const byAlert = Map.groupBy(own, ({ inHand }) => inHand.message.alert.id);
  await runConcurrently([...byAlert.values()], alertsMax, async ({ messageId, inHand, nextTries }) => {
    try {
      nextTries.push(await deliver(receiver, channel, inHand, ports));
    } catch (error) {
      nextTries.push(unrecordedWaitMs);
      reportUnrecorded(error, { receiver, messageId }, ports);
    }
  });
}

const revisionOf = ({ message }: MessageInHand): number => message.alert.revision;

/**
 * Hides each message that must be delivered again until its earliest next try.
 * @returns the ids of these messages
 */
async function postpone(pending: readonly Pending[], ports: NotifyPorts): Promise<string[]> {
  const again: string[] = [];
  for (const { record, inHand, nextTries } of pending) {
    const waits = nextTries.filter((wait) => wait !== undefined);
    if (waits.length === 0) continue;
    const delayMs = Math.min(...waits);
    if (inHand !== undefined && (await isReplaced(record, inHand, delayMs, ports))) continue;
    again.push(record.messageId);
    await ports.queue.retryLater(record.receiptHandle, delayMs).catch((error: Error) => {
      ports.telemetry.warn(waitUnchanged, { messageId: record.messageId, message: error.message });
    });
  }
  return again;
}

/**
 * Replaces a message that was received too often by a copy. The copy is sent before the original is removed: if this worker
 * dies in between, both remain, and the second of them finds that its deliveries are done.
 */
async function isReplaced(
  record: SQSRecord,
  inHand: MessageInHand,
  delayMs: number,
  ports: NotifyPorts,
): Promise<boolean> {
  if (Number(record.attributes.ApproximateReceiveCount) < receiptsMax) return false;
  try {
    await ports.queue.sendAgain(copyBody(inHand.body, inHand.receivedMs), inHand.message.alert.id, delayMs);
    return true;
  } catch (error) {
    reportUnrecorded(error, { messageId: record.messageId }, ports);
    return false;
  }
}
