import { type SqsQueue, sqsQueue } from '../../functions/shared/adapters/sqs/queue.ts';
import type { ReceivedMessage } from '../../functions/shared/ports/message-queue.ts';
import type { ManualClock } from '../local/memory-broker.ts';
import type { QueueByClock } from '../support/outage.ts';
import { type FanOut, sqs } from './aws.ts';

/** By the server's own clock: longer than any test. */
const hiddenMs = 3_600_000;

/**
 * SQS, whose waits go by the server's clock, by a clock that is passed in: what waits is hidden for long, and shown by
 * its receipt when its time has come. Receipts are counted by SQS.
 */
export class SqsByClock implements QueueByClock {
  readonly #queue: SqsQueue;
  readonly #clock: ManualClock;
  /** When each message that waits is to be shown, by its latest receipt. */
  readonly #hidden = new Map<string, number>();
  /** A delayed message has no receipt by which it could be shown: copies are sent when their time has come. */
  readonly #copies = new Map<string, number>();
  readonly #firstReceivedMs = new Map<string, number>();
  /** Receipts of each message, as SQS counted them last. */
  readonly receipts = new Map<string, number>();
  /** Bodies of copies, in their order. */
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

/** Takes out what is due, the earliest first. */
function dueAt(waiting: Map<string, number>, nowMs: number): string[] {
  const due = [...waiting].filter(([, atMs]) => atMs <= nowMs).sort(([, a], [, b]) => a - b);
  for (const [name] of due) waiting.delete(name);
  return due.map(([name]) => name);
}
