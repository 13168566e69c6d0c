import { type SqsQueue, sqsQueue } from '../../functions/shared/adapters/sqs/queue.ts';
import type { ReceivedMessage } from '../../functions/shared/ports/message-queue.ts';
import type { ManualClock } from '../local/memory-broker.ts';
import type { QueueByClock } from '../support/outage.ts';
import { type FanOut, sqs } from './aws.ts';

/** Milliseconds of a visibility by the server's own clock, longer than any test. */
const hiddenMs = 3_600_000;

/**
 * A queue of SQS whose waits follow a clock that is passed in, in place of the server's: a waiting message is hidden
 * for long, and shown by its receipt when its time has come. SQS counts the receipts.
 */
export class SqsByClock implements QueueByClock {
  readonly #queue: SqsQueue;
  readonly #clock: ManualClock;
  /** The time at which each waiting message is shown, by its latest receipt. */
  readonly #hidden = new Map<string, number>();
  /**
   * The delayed messages. They have no receipt by which they could be shown, so copies are sent when their time has
   * come.
   */
  readonly #copies = new Map<string, number>();
  readonly #firstReceivedMs = new Map<string, number>();
  /** The receipts of each message, as SQS last counted them. */
  readonly receipts = new Map<string, number>();
  /** The bodies of copies, in their order. */
  readonly sentAgain: string[] = [];

  constructor(clock: ManualClock, urls: FanOut) {
    this.#clock = clock;
    this.#queue = sqsQueue({ client: sqs, ...urls, waitSeconds: 0 });
  }

  dueAtMs(): number | undefined {
    const times = [...this.#hidden.values(), ...this.#copies.values()];
    return times.length === 0 ? undefined : Math.min(...times);
  }

  async retryLater(receiptHandle: string, delayMs: number): Promise<void> {
    this.#hidden.set(receiptHandle, this.#clock.nowMs() + delayMs);
  }

  async sendAgain(body: string, _alertId: string, delayMs: number): Promise<void> {
    this.sentAgain.push(body);
    this.#copies.set(body, this.#clock.nowMs() + delayMs);
  }

  showWaiting(): Promise<void> {
    return this.#queue.showWaiting();
  }

  deadLetter(body: string, reason: string): Promise<void> {
    return this.#queue.deadLetter(body, reason);
  }

  async receive(limit: number, nowMs: number): Promise<readonly ReceivedMessage[]> {
    for (const receipt of dueAt(this.#hidden, nowMs)) await this.#queue.retryLater(receipt, 0);
    for (const body of dueAt(this.#copies, nowMs)) await this.#queue.sendAgain(body, '', 0);
    const received = await this.#queue.receive(limit, nowMs, hiddenMs);
    return received.map((message) => {
      const { messageId, receiveCount } = message;
      this.receipts.set(messageId, receiveCount);
      const firstReceivedMs = this.#firstReceivedMs.get(messageId) ?? nowMs;
      this.#firstReceivedMs.set(messageId, firstReceivedMs);
      return { ...message, firstReceivedMs };
    });
  }

  delete(receiptHandles: readonly string[]): Promise<void> {
    return this.#queue.delete(receiptHandles);
  }
}

/** Removes and returns what is due, the earliest first. */
function dueAt(waiting: Map<string, number>, nowMs: number): string[] {
  const due = [...waiting].filter(([, atMs]) => atMs <= nowMs).sort(([, a], [, b]) => a - b);
  for (const [name] of due) waiting.delete(name);
  return due.map(([name]) => name);
}
