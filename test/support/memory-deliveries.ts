import {
  type Claim,
  type ClaimedState,
  type ClaimRequest,
  claimRefusal,
  type Deliveries,
  type DeliveryItem,
} from '../../functions/shared/ports/deliveries.ts';
import type { MessageQueue, QueueSource, ReceivedMessage } from '../../functions/shared/ports/message-queue.ts';

type StoredItem = DeliveryItem & ClaimedState;

/** The smallest delivery table that keeps the port's promises. */
export class MemoryDeliveries implements Deliveries {
  readonly #items = new Map<string, StoredItem>();

  async claim(request: ClaimRequest): Promise<Claim> {
    const { receiver, alertId, revision, owner, nowMs, leaseMs } = request;
    const item = this.#item(receiver, alertId);
    const refusal = claimRefusal(request, item);
    if (refusal !== undefined) return refusal;
    this.#store(item, {
      claimedRevision: Math.max(revision, item.claimedRevision),
      attempts: revision > item.claimedRevision ? 0 : item.attempts,
      lease: { owner, untilMs: nowMs + leaseMs },
    });
    return 'claimed';
  }

  async acknowledge(receiver: string, alertId: string, revision: number, owner: string): Promise<void> {
    const item = this.#item(receiver, alertId);
    this.#store(item, {
      acknowledgedRevision: Math.max(revision, item.acknowledgedRevision),
      ...released(item, owner),
    });
  }

  async release(receiver: string, alertId: string, owner: string): Promise<number> {
    const item = this.#item(receiver, alertId);
    this.#store(item, { attempts: item.attempts + 1, ...released(item, owner) });
    return item.attempts + 1;
  }

  async giveUp(receiver: string, alertId: string, revision: number, owner: string): Promise<void> {
    const item = this.#item(receiver, alertId);
    this.#store(item, {
      givenUpRevision: Math.max(revision, item.givenUpRevision),
      givenUp: [...item.givenUp, revision],
      ...released(item, owner),
    });
  }

  async list(): Promise<readonly DeliveryItem[]> {
    return [...this.#items.values()].map(
      ({ claimedRevision: _revision, givenUp: _givenUp, lease: _lease, ...item }) => item,
    );
  }

  /** When the lease of an item ends; `undefined` where nobody holds one. */
  leasedUntilMs(receiver: string, alertId: string): number | undefined {
    return this.#item(receiver, alertId).lease?.untilMs;
  }

  #item(receiver: string, alertId: string): StoredItem {
    const fresh = {
      acknowledgedRevision: 0,
      givenUpRevision: 0,
      attempts: 0,
      claimedRevision: 0,
      givenUp: [],
      lease: undefined,
    };
    return this.#items.get(`${receiver} ${alertId}`) ?? { receiver, alertId, ...fresh };
  }

  #store(item: StoredItem, changes: Partial<StoredItem>): void {
    this.#items.set(`${item.receiver} ${item.alertId}`, { ...item, ...changes });
  }
}

/** Only its holder ends a lease. */
function released({ lease }: StoredItem, owner: string): Pick<StoredItem, 'lease'> {
  return { lease: lease?.owner === owner ? undefined : lease };
}

interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  visibleAtMs: number;
  receiveCount: number;
  receiptHandle: string;
}

/** SQS as notify and its reader see it: what is received is hidden for a while, each receipt has a handle of its own. */
export class MemoryQueue implements MessageQueue, QueueSource {
  readonly deadLetters: { readonly body: string; readonly reason: string }[] = [];
  readonly #messages = new Map<string, QueuedMessage>();
  readonly #nowMs: () => number;
  #names = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#messages.size;
  }

  /** When the next message can be received; `undefined` for an empty queue. */
  get dueAtMs(): number | undefined {
    const times = [...this.#messages.values()].map(({ visibleAtMs }) => visibleAtMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  send(body: string): void {
    const id = this.#name('message');
    this.#messages.set(id, { id, body, visibleAtMs: 0, receiveCount: 0, receiptHandle: '' });
  }

  receive(limit: number, nowMs: number, visibilityMs: number): readonly ReceivedMessage[] {
    const visible = [...this.#messages.values()].filter((message) => message.visibleAtMs <= nowMs).slice(0, limit);
    return visible.map((message) => {
      message.visibleAtMs = nowMs + visibilityMs;
      message.receiveCount += 1;
      message.receiptHandle = this.#name('receipt');
      const { id, receiptHandle, body, receiveCount } = message;
      return { messageId: id, receiptHandle, body, receiveCount };
    });
  }

  delete(receiptHandles: readonly string[]): void {
    for (const handle of receiptHandles) this.#messages.delete(this.#received(handle).id);
  }

  async retryLater(receiptHandle: string, delayMs: number): Promise<void> {
    this.#received(receiptHandle).visibleAtMs = this.#nowMs() + delayMs;
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
