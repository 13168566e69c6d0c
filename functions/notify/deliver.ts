import type { DeliveryKey, Held, NotNow, Settled } from '../shared/domain/delivery.ts';
import { deliveryId, transitionId } from '../shared/domain/ids.ts';
import { messageOf } from '../shared/domain/message-of.ts';
import { failuresOfAway, jittered, type Probing } from '../shared/domain/receiver-record.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { AttemptReports, Draft } from './attempts.ts';
import type { Channel } from './channel.ts';
import { deliveryMessages, waitUnchanged } from './delivery-messages.ts';
import { deadLetterBody, type NotifyMessage } from './message.ts';
import { type AttemptOutcome, judgeError } from './outcome.ts';
import { gapMs, retryAfterMsMax } from './retry-policy.ts';

export type DeliverPorts = Pick<Ports, 'deliveries' | 'receivers' | 'queue' | 'telemetry' | 'clock'> & {
  readonly reports: AttemptReports;
};

/** A message that one worker has received from the queue and not settled yet. */
export interface MessageInHand {
  readonly message: NotifyMessage;
  /** The body as it was received; a dead letter is made from it. */
  readonly body: string;
  /** The time at which the queue first handed out the message or, for a copy, its original. Ms. */
  readonly receivedMs: number;
  /** A name that no other worker has. */
  readonly owner: string;
  /** Aborts shortly before the time limit of the function. */
  readonly signal: AbortSignal;
  remainingMs(): number;
}

/** The time until the message must be delivered again for one receiver, in ms from now; `undefined` if it does not. */
export type NextTryMs = number | undefined;

/** The time for recording the result after a send. A lease outlasts the function's time-out by as much. */
const marginMs = 2_000;
/** The shortest wait of a message. */
const waitMsMin = 1_000;
/** The page that says how messages that were given up are sent again. */
const remedy = 'docs/runbook.md, webhooks-given-up';
/** The wait after a table or a queue did not answer. */
export const unrecordedWaitMs = 15_000;

/** Delivers one transition to one receiver, unless that is done already or has to wait. */
export function deliver(
  receiver: string,
  channel: Channel,
  inHand: MessageInHand,
  ports: DeliverPorts,
): Promise<NextTryMs> {
  return new DeliveryAttempt(receiver, channel, inHand, ports).run();
}

/** An attempt of one worker to deliver one transition to one receiver. */
class DeliveryAttempt {
  readonly #receiver: string;
  readonly #channel: Channel;
  readonly #inHand: MessageInHand;
  readonly #ports: DeliverPorts;
  readonly #key: DeliveryKey;
  readonly #transition: string;
  /** The facts that are recorded of the attempt. */
  readonly #draft: Draft = {};
  /** The time at which the delivery began to fail. Ms. */
  #failingSinceMs: number;

  constructor(receiver: string, channel: Channel, inHand: MessageInHand, ports: DeliverPorts) {
    const { id: alertId, revision } = inHand.message.alert;
    this.#receiver = receiver;
    this.#channel = channel;
    this.#inHand = inHand;
    this.#failingSinceMs = inHand.receivedMs;
    this.#ports = ports;
    this.#key = { receiver, alertId };
    this.#transition = transitionId(alertId, revision);
  }

  /** Runs the attempt. One that was sent is reported even if its result cannot be recorded in the delivery table. */
  async run(): Promise<NextTryMs> {
    try {
      return await this.#run();
    } finally {
      this.#report();
    }
  }

  async #run(): Promise<NextTryMs> {
    const remainingMs = this.#inHand.remainingMs();
    const neededMs = this.#channel.timeoutMs + marginMs;
    if (remainingMs < neededMs) {
      this.#count('no time left');
      const details = { receiver: this.#receiver, remainingMs, neededMs };
      // None at all is left only where the process ends, which is no fault.
      if (remainingMs > 0) this.#ports.telemetry.warn('too little time is left to begin a send', details);
      return 0;
    }
    const { receivedMs } = this.#inHand;
    const { settled, failingSinceMs } = await this.#ports.deliveries.look(this.#key, this.#held(), receivedMs);
    if (settled !== undefined) return this.#done(settled);
    this.#failingSinceMs = failingSinceMs;
    const admission = await this.#ports.receivers.admit(this.#receiver, this.#probing(neededMs));
    if (admission.kind === 'waits') {
      return this.#wait(Math.max(waitMsMin, admission.untilMs - this.#nowMs()), admission.reason, false);
    }
    const { isProbe, healthySinceMs } = admission;
    const leaseMs = remainingMs + marginMs;
    const claim = await this.#ports.deliveries.claim(this.#key, {
      ...this.#held(),
      leaseMs,
      receivedMs,
      healthySinceMs,
      isProbe,
    });
    if (claim.kind === 'claimed') return this.#settle(await this.#attempt());
    if (isProbe) await this.#ports.receivers.withdraw(this.#receiver, this.#inHand.owner);
    if (claim.kind !== 'not now') return this.#done(claim.kind);
    this.#count(claim.why);
    return this.#nextLookMs(claim);
  }

  #done(settled: Settled): undefined {
    this.#count(settled);
  }

  #probing(leaseMs: number): Probing {
    const { clock } = this.#ports;
    const gapMsAfter = (tryMs: number): number => this.#gapMsAt(tryMs) ?? 0;
    return { owner: this.#inHand.owner, nowMs: clock.nowMs(), leaseMs, gapMsAfter, random: clock.random() };
  }

  #nextLookMs({ why, untilMs }: NotNow): number {
    // A newer revision will supersede this one, so this one may wait longer.
    const leastMs = why === 'newest first' ? (this.#waitMs() ?? waitMsMin) : waitMsMin;
    return Math.max(leastMs, untilMs - this.#nowMs());
  }

  async #attempt(): Promise<AttemptOutcome> {
    this.#draft.startedAtMs = this.#nowMs();
    const outcome = await this.#send();
    this.#draft.endedAtMs = this.#nowMs();
    this.#draft.outcome = outcome.kind === 'delivered' ? 'delivered' : 'failed';
    if (outcome.kind !== 'delivered') this.#draft.reason = outcome.reason;
    if (outcome.status !== undefined) this.#draft.status = outcome.status;
    return outcome;
  }

  #deliveryId(): string {
    return deliveryId(this.#transition, this.#receiver, this.#inHand.message.redrive?.count);
  }

  async #send(): Promise<AttemptOutcome> {
    const { alert } = this.#inHand.message;
    const id = this.#deliveryId();
    const details = { receiver: this.#receiver, transition: this.#transition };
    try {
      const outcome = await this.#channel.send({ alert, id, signal: this.#inHand.signal });
      if (outcome.kind !== 'delivered') {
        this.#ports.telemetry.warn(deliveryMessages.notAccepted, { ...details, reason: outcome.reason });
      }
      return outcome;
    } catch (error) {
      const outcome = judgeError(error);
      const message = messageOf(error);
      this.#ports.telemetry.warn(deliveryMessages.notSent, { ...details, reason: outcome.reason, message });
      return outcome;
    }
  }

  async #settle(outcome: AttemptOutcome): Promise<NextTryMs> {
    this.#count(outcome.kind);
    if (outcome.kind === 'failed') return this.#tryAgain(outcome);
    if (outcome.kind === 'refused') {
      await this.#recordAnswer(outcome.reason);
      return this.#giveUp(outcome.reason);
    }
    const held = this.#held();
    await this.#ports.deliveries.acknowledge(this.#key, held);
    await this.#recordAnswer();
    if (held.revision === held.firstPageRevision) await this.#showWaiting(this.#key.alertId);
    return undefined;
  }

  /** Records that the receiver answered. If it was away, the messages that wait for it are shown at once. */
  async #recordAnswer(refusal?: string): Promise<void> {
    const caller = { owner: this.#inHand.owner, nowMs: this.#nowMs() };
    if (!(await this.#ports.receivers.answered(this.#receiver, caller, refusal))) return;
    this.#ports.telemetry.warn(deliveryMessages.back, { receiver: this.#receiver });
    await this.#showWaiting();
  }

  /** Asks the queue to show waiting messages at once. A failure is only logged: each of them is delivered again after its wait. */
  async #showWaiting(alertId?: string): Promise<void> {
    await this.#ports.queue.showWaiting(alertId).catch((error: Error) => {
      this.#ports.telemetry.warn(waitUnchanged, {
        receiver: this.#receiver,
        message: error.message,
      });
    });
  }

  async #tryAgain({ reason, retryAfterMs = 0 }: Extract<AttemptOutcome, { kind: 'failed' }>): Promise<NextTryMs> {
    const caller = { owner: this.#inHand.owner, nowMs: this.#nowMs() };
    const { failures, failingSinceMs } = await this.#ports.receivers.failed(this.#receiver, caller, reason);
    if (failingSinceMs !== undefined) this.#draft.failingSinceMs = failingSinceMs;
    if (failures === failuresOfAway) {
      this.#ports.telemetry.warn(deliveryMessages.away, { receiver: this.#receiver, reason });
    }
    const waitMs = this.#waitMs();
    // A message is given up only here, after a failed attempt of its own: waiting for its receiver does not count.
    if (waitMs === undefined) return this.#giveUp(reason);
    return this.#wait(Math.max(waitMs, Math.min(retryAfterMs, retryAfterMsMax)), reason, true);
  }

  async #wait(delayMs: number, reason: string, failed: boolean): Promise<NextTryMs> {
    const wait = { nextTryMs: this.#nowMs() + delayMs, reason, failed };
    const settled = await this.#ports.deliveries.wait(this.#key, this.#held(), wait);
    if (!failed) this.#count(settled ?? 'receiver away');
    else if (settled === undefined) this.#draft.nextTryMs = wait.nextTryMs;
    return settled === undefined ? delayMs : undefined;
  }

  /** Makes the dead letter, then records it. In this order a crash in between leaves two letters, not none. */
  async #giveUp(reason: string): Promise<undefined> {
    const { body, message } = this.#inHand;
    const letter = deadLetterBody(body, this.#receiver, message.redrive?.count ?? 0);
    await this.#ports.queue.deadLetter(letter, `${this.#receiver}: ${reason}`);
    await this.#ports.deliveries.giveUp(this.#key, this.#held());
    this.#ports.telemetry.count('given_up', 1, { receiver: this.#receiver });
    Object.assign(this.#draft, { outcome: 'given up', reason });
    const details = { receiver: this.#receiver, transition: this.#transition, reason, remedy };
    this.#ports.telemetry.error(deliveryMessages.givenUp, details);
  }

  #report(): void {
    const { outcome, startedAtMs = this.#nowMs(), endedAtMs = startedAtMs, ...others } = this.#draft;
    if (outcome === undefined) return;
    const { alert } = this.#inHand.message;
    const about = { alert, receiver: this.#receiver, deliveryId: this.#deliveryId() };
    this.#ports.reports.report({ ...others, ...about, outcome, startedAtMs, endedAtMs });
  }

  #held(): Held {
    const { message, owner } = this.#inHand;
    const { revision, firstPageRevision } = message.alert;
    return { revision, firstPageRevision, owner, nowMs: this.#nowMs(), isRedrive: message.redrive !== undefined };
  }

  /** Returns the wait after an attempt that fails now, in ms; `undefined` once it has failed for long enough. */
  #waitMs(): number | undefined {
    const longestMs = this.#gapMsAt(this.#nowMs());
    return longestMs && jittered(longestMs, this.#ports.clock.random());
  }

  #gapMsAt(tryMs: number): number | undefined {
    return gapMs(Math.max(0, tryMs - this.#failingSinceMs));
  }

  #nowMs(): number {
    return this.#ports.clock.nowMs();
  }

  #count(outcome: string): void {
    this.#ports.telemetry.count('deliveries', 1, { receiver: this.#receiver, outcome });
  }
}
