import { deliveryId, transitionId } from '../shared/domain/ids.ts';
import { nobody } from '../shared/ports/deliveries.ts';
import type { Ports } from '../shared/ports/index.ts';
import { backoffMs, lookAgainMs } from './backoff.ts';
import type { Channel } from './channel.ts';
import { deadLetterBody, type NotifyMessage } from './message.ts';
import { judgeError, type Outcome } from './outcome.ts';

export type DeliverPorts = Pick<Ports, 'deliveries' | 'queue' | 'telemetry' | 'clock'>;

/** One message in hand. */
export interface Turn {
  readonly message: NotifyMessage;
  /** As received, for the dead letter. */
  readonly body: string;
  /** How often the queue has handed it out, from 1. */
  readonly receiveCount: number;
  /** A name no other worker has. */
  readonly owner: string;
  readonly signal: AbortSignal;
  remainingMs(): number;
}

/** When the message has to come again for this receiver; `undefined` if never. */
export type NextTryMs = number | undefined;

/** What is needed after a send to write its mark; also how far a lease outlasts the function's time-out. */
const marginMs = 2_000;

/** Brings one transition to one receiver, if that is still to be done. */
export async function deliver(receiver: string, channel: Channel, turn: Turn, ports: DeliverPorts): Promise<NextTryMs> {
  const { alert, redrive } = turn.message;
  const count = (outcome: string): void => ports.telemetry.count('deliveries', 1, { receiver, outcome });
  const remainingMs = turn.remainingMs();
  if (remainingMs < channel.timeoutMs + marginMs) {
    count('no time left');
    const neededMs = channel.timeoutMs + marginMs;
    ports.telemetry.warn('too little time is left to begin a send', { receiver, remainingMs, neededMs });
    return 0;
  }
  const claim = await ports.deliveries.claim({
    receiver,
    alertId: alert.id,
    revision: alert.revision,
    owner: turn.owner,
    nowMs: ports.clock.nowMs(),
    leaseMs: remainingMs + marginMs,
    ...(redrive === undefined ? {} : { evenIfGivenUp: true }),
  });
  if (claim !== 'claimed') {
    count(claim);
    return claim === 'leased' ? lookAgainMs(turn.receiveCount) : undefined;
  }
  const outcome = await attempt(receiver, channel, turn, ports);
  count(outcome.kind);
  return settle(receiver, outcome, turn, ports);
}

async function attempt(receiver: string, channel: Channel, turn: Turn, ports: DeliverPorts): Promise<Outcome> {
  const { alert, redrive } = turn.message;
  const transition = transitionId(alert.id, alert.revision);
  const id = deliveryId(transition, receiver, redrive?.count);
  try {
    const outcome = await channel.send({ alert, id, signal: turn.signal });
    if (outcome.kind !== 'delivered') {
      ports.telemetry.warn('a receiver did not take a message', { receiver, transition, reason: outcome.reason });
    }
    return outcome;
  } catch (error) {
    const outcome = judgeError(error);
    const message = error instanceof Error ? error.message : String(error);
    ports.telemetry.warn('a message could not be sent', { receiver, transition, reason: outcome.reason, message });
    return outcome;
  }
}

async function settle(receiver: string, outcome: Outcome, turn: Turn, ports: DeliverPorts): Promise<NextTryMs> {
  const { alert, redrive } = turn.message;
  const { id: alertId, revision } = alert;
  if (outcome.kind === 'delivered') {
    await ports.deliveries.acknowledge(receiver, alertId, revision, turn.owner);
    return undefined;
  }
  if (outcome.kind === 'refused') return giveUp(receiver, outcome.reason, turn, ports);
  const triesInAll = await ports.deliveries.release(receiver, alertId, turn.owner);
  // A redriven message is for this receiver alone, and what failed before an operator sent it again is forgiven.
  const failedTries = redrive === undefined ? triesInAll : turn.receiveCount;
  const waitMs = backoffMs(failedTries, ports.clock.random(), outcome.retryAfterMs);
  if (waitMs === undefined) return giveUp(receiver, outcome.reason, turn, ports);
  await hold(receiver, waitMs, turn, ports);
  return waitMs;
}

/** The message may come back sooner, for another receiver's sake; this one's wait is kept by a lease of nobody's. */
async function hold(receiver: string, waitMs: number, turn: Turn, ports: DeliverPorts): Promise<void> {
  const { id: alertId, revision } = turn.message.alert;
  await ports.deliveries.claim({
    receiver,
    alertId,
    revision,
    owner: nobody,
    nowMs: ports.clock.nowMs(),
    leaseMs: waitMs,
    evenIfGivenUp: turn.message.redrive !== undefined,
  });
}

/** The dead letter first: if the mark is lost, there are two of them, not none. */
async function giveUp(receiver: string, reason: string, turn: Turn, ports: DeliverPorts): Promise<undefined> {
  const { alert, redrive } = turn.message;
  const named = `${receiver}: ${reason}`;
  await ports.queue.deadLetter(deadLetterBody(turn.body, receiver, redrive?.count ?? 0), named);
  await ports.deliveries.giveUp(receiver, alert.id, alert.revision, turn.owner);
  ports.telemetry.count('given_up', 1, { receiver });
  const transition = transitionId(alert.id, alert.revision);
  ports.telemetry.error('a message was given up and lies among the dead letters', { receiver, transition, reason });
}
