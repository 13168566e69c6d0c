import { randomUUID } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { messageOf } from '../shared/domain/message-of.ts';
import { shown } from '../shared/domain/shown.ts';
import { type Invocation, type QueueHandler, queueHandler } from '../shared/handler/queue-handler.ts';
import { runConcurrently } from '../shared/handler/run-concurrently.ts';
import { rejectionOf } from '../shared/log/dead-letter.ts';
import type { Rejection } from '../shared/log/reject-records.ts';
import type { Ports } from '../shared/ports/index.ts';
import { type AttemptReports, attemptReports } from './attempts.ts';
import type { Channel, ChannelPorts } from './channel.ts';
import { deliver, type MessageInHand, type NextTryMs, unrecordedWaitMs } from './deliver.ts';
import { copyBody, decodeMessage } from './message.ts';
import { openChannel } from './receivers/registry.ts';

export type NotifyPorts = Pick<
  Ports,
  'settings' | 'deliveries' | 'receivers' | 'queue' | 'attempts' | 'telemetry' | 'clock'
> &
  ChannelPorts;

/** So many alerts are brought to one receiver at once: as many as a queue hands out in one piece. */
const alertsMax = 10;

/**
 * A copy takes the place of a message that was received so often: SQS puts one aside after at most a thousand receipts,
 * and a day of tries for several receivers may need more.
 */
export const receiptsMax = 150;

/** A message, with what its receivers came to so far. */
interface Pending {
  readonly record: SQSRecord;
  /** `undefined` where it cannot be read. */
  readonly turn: MessageInHand | undefined;
  readonly nextTries: NextTryMs[];
}

/**
 * The queue behind the SNS topic → webhooks and the terminal, at least once and with the same id every time, never
 * again after the acknowledgement was recorded. No receiver waits for another, and no alert: only the transitions of one
 * alert are brought to a receiver one after the other, in their order.
 */
export function createNotify(ports: NotifyPorts): QueueHandler {
  const channels = new Map(ports.settings.receivers.map((receiver) => [receiver.name, openChannel(receiver, ports)]));
  return queueHandler('notify', ports.telemetry, async (records, invocation) => {
    const pending: Pending[] = [];
    const reports = attemptReports(ports);
    for (const record of records) pending.push(await openMessage(record, channels, invocation, ports));
    await Promise.all(
      [...channels].map(([receiver, channel]) => tellReceiver(receiver, channel, pending, { ...ports, reports })),
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
  let turn: MessageInHand;
  try {
    turn = openTurn(record, channels, invocation, ports);
  } catch (error) {
    // Without I/O: it throws again however often the message comes.
    return { record, turn: undefined, nextTries: await putAside(record, rejectionOf(error), ports) };
  }
  return { record, turn, nextTries: [] };
}

/** @throws {RefusedRecordError} for what nobody can be told of */
function openTurn(
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
  // What a copy says of the past only counts if it is past.
  const receivedMs = Math.min(message.failingSinceMs ?? Infinity, Number(firstReceived) || clock.nowMs());
  return { message, body: record.body, receivedMs, owner: randomUUID(), ...invocation };
}

/** @returns when to try that again: no message beside this one may wait for it */
async function putAside(
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

/** The delivery table or the queue failed, not the receiver: a lease ends by itself, and the message comes back. */
function reportUnrecorded(error: unknown, details: Readonly<Record<string, string>>, { telemetry }: NotifyPorts): void {
  const message = messageOf(error);
  telemetry.count('failures', 1, { stage: 'notify', reason: 'mark not written' });
  telemetry.error('a delivery could not be recorded', { ...details, message });
}

async function tellReceiver(
  receiver: string,
  channel: Channel,
  pending: readonly Pending[],
  ports: NotifyPorts & { readonly reports: AttemptReports },
): Promise<void> {
  const own = pending.flatMap(({ record: { messageId }, turn, nextTries }) =>
    turn !== undefined && (turn.message.redrive?.receiver ?? receiver) === receiver
      ? [{ messageId, turn, nextTries }]
      : [],
  );
  // A queue hands messages out in any order.
  own.sort((a, b) => placeOf(a.turn) - placeOf(b.turn));
  const byAlert = Map.groupBy(own, ({ turn }) => turn.message.alert.id);
  await runConcurrently([...byAlert.values()], alertsMax, async ({ messageId, turn, nextTries }) => {
    try {
      nextTries.push(await deliver(receiver, channel, turn, ports));
    } catch (error) {
      nextTries.push(unrecordedWaitMs);
      reportUnrecorded(error, { receiver, messageId }, ports);
    }
  });
}

const placeOf = ({ message }: MessageInHand): number => message.alert.revision;

/** @returns ids of the messages that have to come again, each hidden until its earliest next try */
async function postpone(pending: readonly Pending[], ports: NotifyPorts): Promise<string[]> {
  const again: string[] = [];
  for (const { record, turn, nextTries } of pending) {
    const waits = nextTries.filter((wait) => wait !== undefined);
    if (waits.length === 0) continue;
    const delayMs = Math.min(...waits);
    if (turn !== undefined && (await isReplaced(record, turn, delayMs, ports))) continue;
    again.push(record.messageId);
    await ports.queue.retryLater(record.receiptHandle, delayMs).catch((error: Error) => {
      ports.telemetry.warn('the queue keeps its own wait', { messageId: record.messageId, message: error.message });
    });
  }
  return again;
}

/** The copy before the original is removed: if this worker dies in between there are two, and one of them finds all done. */
async function isReplaced(
  record: SQSRecord,
  turn: MessageInHand,
  delayMs: number,
  ports: NotifyPorts,
): Promise<boolean> {
  if (Number(record.attributes.ApproximateReceiveCount) < receiptsMax) return false;
  try {
    await ports.queue.sendAgain(copyBody(turn.body, turn.receivedMs), turn.message.alert.id, delayMs);
    return true;
  } catch (error) {
    reportUnrecorded(error, { messageId: record.messageId }, ports);
    return false;
  }
}
