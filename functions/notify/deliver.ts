import type { DeliveryKey, Held, NotNow, Settled } from '../shared/domain/delivery.ts';
import { deliveryId, transitionId } from '../shared/domain/ids.ts';
import { messageOf } from '../shared/domain/message-of.ts';
import { failuresOfAway, jittered, type Probing } from '../shared/domain/receiver-record.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { AttemptReports, Draft } from './attempts.ts';
import { gapMs, retryAfterMsMax } from './backoff.ts';
import type { Channel } from './channel.ts';
import { deliveryMessages } from './delivery-messages.ts';
import { deadLetterBody, type NotifyMessage } from './message.ts';
import { type AttemptOutcome, judgeError } from './outcome.ts';

export type DeliverPorts = Pick<Ports, 'deliveries' | 'receivers' | 'queue' | 'telemetry' | 'clock'> & {
  readonly reports: AttemptReports;
};

/** One message in hand. */
export interface MessageInHand {
  readonly message: NotifyMessage;
  /** As received, for the dead letter. */
  readonly body: string;
  /** When the queue first handed it out, or what it is a copy of. Ms. */
  readonly receivedMs: number;
  /** A name that no other worker has. */
  readonly owner: string;
  readonly signal: AbortSignal;
  remainingMs(): number;
}

/** When the message has to come again for this receiver, ms from now; `undefined` if never. */
export type NextTryMs = number | undefined;

/** What is needed after a send to write its mark; also how far a lease outlasts the function's time-out. */
const marginMs = 2_000;
const waitMsMin = 1_000;
/** Where to read how what was given up is sent again. */
const remedy = 'docs/runbook.md, webhooks-given-up';
/** Where a table or queue did not answer. */
export const unrecordedWaitMs = 15_000;

/** Brings one transition to one receiver, if that is still to be done. */
export function deliver(
  receiver: string,
  channel: Channel,
  turn: MessageInHand,
  ports: DeliverPorts,
): Promise<NextTryMs> {
  return new Delivery(receiver, channel, turn, ports).bring();
}

/** One transition, one receiver, one worker, now. */
class Delivery {
  readonly #receiver: string;
  readonly #channel: Channel;
  readonly #turn: MessageInHand;
  readonly #ports: DeliverPorts;
  readonly #key: DeliveryKey;
  readonly #transition: string;
  /** What is recorded of it. */
  readonly #draft: Draft = {};
  /** Since when it has been failing. Ms. */
  #failingSinceMs: number;

  constructor(receiver: string, channel: Channel, turn: MessageInHand, ports: DeliverPorts) {
    const { id: alertId, revision } = turn.message.alert;
    this.#receiver = receiver;
    this.#channel = channel;
    this.#turn = turn;
    this.#failingSinceMs = turn.receivedMs;
    this.#ports = ports;
    this.#key = { receiver, alertId };
    this.#transition = transitionId(alertId, revision);
  }

  /** Whatever the marks come to, a try that was made is recorded. */
  async bring(): Promise<NextTryMs> {
    try {
      return await this.#bring();
    } finally {
      this.#report();
    }
  }

  async #bring(): Promise<NextTryMs> {
    const remainingMs = this.#turn.remainingMs();
    const neededMs = this.#channel.timeoutMs + marginMs;
    if (remainingMs < neededMs) {
      this.#count('no time left');
      const details = { receiver: this.#receiver, remainingMs, neededMs };
      this.#ports.telemetry.warn('too little time is left to begin a send', details);
      return 0;
    }
    const { receivedMs } = this.#turn;
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
    if (isProbe) await this.#ports.receivers.withdraw(this.#receiver, this.#turn.owner);
    if (claim.kind !== 'not now') return this.#done(claim.kind);
    this.#count(claim.why);
    return this.#lookAgainMs(claim);
  }

  #done(settled: Settled): undefined {
    this.#count(settled);
  }

  #probing(leaseMs: number): Probing {
    const { clock } = this.#ports;
    const gapMsAfter = (tryMs: number): number => this.#gapMsAt(tryMs) ?? 0;
    return { owner: this.#turn.owner, nowMs: clock.nowMs(), leaseMs, gapMsAfter, random: clock.random() };
  }

  #lookAgainMs({ why, untilMs }: NotNow): number {
    // What a newer revision will overtake has time.
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
    return deliveryId(this.#transition, this.#receiver, this.#turn.message.redrive?.count);
  }

  async #send(): Promise<AttemptOutcome> {
    const { alert } = this.#turn.message;
    const id = this.#deliveryId();
    const details = { receiver: this.#receiver, transition: this.#transition };
    try {
      const outcome = await this.#channel.send({ alert, id, signal: this.#turn.signal });
      if (outcome.kind !== 'delivered') {
        this.#ports.telemetry.warn(deliveryMessages.notTaken, { ...details, reason: outcome.reason });
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
      await this.#answered(outcome.reason);
      return this.#giveUp(outcome.reason);
    }
    const held = this.#held();
    await this.#ports.deliveries.acknowledge(this.#key, held);
    await this.#answered();
    if (held.revision === held.firstPageRevision) await this.#showWaiting(this.#key.alertId);
    return undefined;
  }

  /** The receiver is there: what waits for it need not wait until its time. */
  async #answered(refusal?: string): Promise<void> {
    const caller = { owner: this.#turn.owner, nowMs: this.#nowMs() };
    if (!(await this.#ports.receivers.answered(this.#receiver, caller, refusal))) return;
    this.#ports.telemetry.warn(deliveryMessages.back, { receiver: this.#receiver });
    await this.#showWaiting();
  }

  /** All of it comes again by itself. */
  async #showWaiting(alertId?: string): Promise<void> {
    await this.#ports.queue.showWaiting(alertId).catch((error: Error) => {
      this.#ports.telemetry.warn('the queue keeps its own wait', { receiver: this.#receiver, message: error.message });
    });
  }

  async #tryAgain({ reason, retryAfterMs = 0 }: Extract<AttemptOutcome, { kind: 'failed' }>): Promise<NextTryMs> {
    const caller = { owner: this.#turn.owner, nowMs: this.#nowMs() };
    const { failures, failingSinceMs } = await this.#ports.receivers.failed(this.#receiver, caller, reason);
    if (failingSinceMs !== undefined) this.#draft.failingSinceMs = failingSinceMs;
    if (failures === failuresOfAway) {
      this.#ports.telemetry.warn(deliveryMessages.away, { receiver: this.#receiver, reason });
    }
    const waitMs = this.#waitMs();
    // Only after a try of its own: what merely waited for its receiver is not given up.
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

  /** The dead letter first: if the mark is lost, there are two of them, not none. */
  async #giveUp(reason: string): Promise<undefined> {
    const { body, message } = this.#turn;
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
    const { alert } = this.#turn.message;
    const about = { alert, receiver: this.#receiver, deliveryId: this.#deliveryId() };
    this.#ports.reports.report({ ...others, ...about, outcome, startedAtMs, endedAtMs });
  }

  #held(): Held {
    const { message, owner } = this.#turn;
    const { revision, firstPageRevision } = message.alert;
    return { revision, firstPageRevision, owner, nowMs: this.#nowMs(), isRedrive: message.redrive !== undefined };
  }

  /** How long it waits after a try now; `undefined` once it has been tried for long enough. */
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
