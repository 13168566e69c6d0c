import {
  type DeliveryItem,
  type DeliveryKey,
  isUnsettled,
  newDelivery,
} from '../../functions/shared/domain/delivery.ts';
import { newReceiver, type ReceiverRecord } from '../../functions/shared/domain/receiver-record.ts';
import type { Change, DeliveryStore } from '../../functions/shared/ports/delivery-store.ts';
import type { MessageQueue, QueueSource, ReceivedMessage } from '../../functions/shared/ports/message-queue.ts';

/** The smallest store of deliveries that keeps the port's promises. */
export class MemoryDeliveries implements DeliveryStore {
  readonly #items = new Map<string, DeliveryItem>();
  readonly #records = new Map<string, ReceiverRecord>();

  async changeDelivery<Answer>(key: DeliveryKey, change: Change<DeliveryItem, Answer>): Promise<Answer> {
    const { item, answer } = change(this.item(key));
    if (item !== undefined) this.#items.set(nameOf(key), item);
    return answer;
  }

  async changeReceiver<Answer>(receiver: string, change: Change<ReceiverRecord, Answer>): Promise<Answer> {
    const { item, answer } = change(this.record(receiver));
    if (item !== undefined) this.#records.set(receiver, item);
    return answer;
  }

  async receivers(names: readonly string[]): Promise<readonly ReceiverRecord[]> {
    return names.map((name) => this.record(name));
  }

  async unsettled(limit: number): Promise<readonly DeliveryItem[]> {
    const names = [...this.#items.keys()].sort();
    return names
      .flatMap((name) => this.#items.get(name)!)
      .filter(isUnsettled)
      .slice(0, limit);
  }

  item(key: DeliveryKey): DeliveryItem {
    return this.#items.get(nameOf(key)) ?? newDelivery(key);
  }

  record(receiver: string): ReceiverRecord {
    return this.#records.get(receiver) ?? newReceiver(receiver);
  }
}

const nameOf = ({ receiver, alertId }: DeliveryKey): string => `${receiver} ${alertId}`;

interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  visibleAtMs: number;
  isInFlight: boolean;
  firstReceivedMs: number | undefined;
  receiveCount: number;
  receiptHandle: string;
}

/**
 * A queue as notify and its reader see SQS: a received message is hidden for a while, and each receipt has a handle of
 * its own.
 */
export class MemoryQueue implements MessageQueue, QueueSource {
  readonly deadLetters: { readonly body: string; readonly reason: string }[] = [];
  readonly #messages = new Map<string, QueuedMessage>();
  readonly #nowMs: () => number;
  /** The highest number of times that one message was received. */
  receiptsMost = 0;
  readonly #shows: boolean;
  #names = 0;

  /** @param shows whether a waiting message can be shown at once, as in SQLite but not in SQS */
  constructor(nowMs: () => number, shows = false) {
    this.#nowMs = nowMs;
    this.#shows = shows;
  }

  get size(): number {
    return this.#messages.size;
  }

  /** Returns when the next message can be received; `undefined` for an empty queue. */
  get dueAtMs(): number | undefined {
    const times = [...this.#messages.values()].map(({ visibleAtMs }) => visibleAtMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  send(body: string, _alertId = '', visibleAtMs = 0): void {
    const id = this.#name('message');
    const fresh = { isInFlight: false, firstReceivedMs: undefined, receiveCount: 0, receiptHandle: '' };
    this.#messages.set(id, { id, body, visibleAtMs, ...fresh });
  }

  async sendAgain(body: string, alertId: string, delayMs: number): Promise<void> {
    this.send(body, alertId, this.#nowMs() + delayMs);
  }

  async showWaiting(alertId?: string): Promise<void> {
    if (!this.#shows) return;
    for (const message of this.#messages.values()) {
      const isMeant = alertId === undefined || message.body.includes(JSON.stringify(alertId).slice(1, -1));
      if (isMeant && !message.isInFlight) message.visibleAtMs = 0;
    }
  }

  receive(limit: number, nowMs: number, visibilityMs: number): readonly ReceivedMessage[] {
    const visible = [...this.#messages.values()].filter((message) => message.visibleAtMs <= nowMs).slice(0, limit);
    return visible.map((message) => {
      message.visibleAtMs = nowMs + visibilityMs;
      message.isInFlight = true;
      message.firstReceivedMs ??= nowMs;
      message.receiveCount += 1;
      this.receiptsMost = Math.max(this.receiptsMost, message.receiveCount);
      message.receiptHandle = this.#name('receipt');
      const { id, receiptHandle, body, receiveCount, firstReceivedMs } = message;
      return { messageId: id, receiptHandle, body, receiveCount, firstReceivedMs };
    });
  }

  delete(receiptHandles: readonly string[]): void {
    for (const handle of receiptHandles) this.#messages.delete(this.#received(handle).id);
  }

  async retryLater(receiptHandle: string, delayMs: number): Promise<void> {
    const message = this.#received(receiptHandle);
    message.isInFlight = false;
    message.visibleAtMs = this.#nowMs() + delayMs;
  }

  async deadLetter(body: string, reason: string): Promise<void> {
    this.deadLetters.push({ body, reason });
  }

  #received(receiptHandle: string): QueuedMessage {
    const found = [...this.#messages.values()].find((message) => message.receiptHandle === receiptHandle);
    if (found === undefined) throw new Error(`no message in flight has the receipt ${receiptHandle}`);
    return found;
  }

  #name(kind: string): string {
    this.#names += 1;
    return `${kind}-${this.#names}`;
  }
}
