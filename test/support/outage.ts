import { createNotify } from '../../functions/notify/handler.ts';
import { toMessage } from '../../functions/publish/message.ts';
import { deliveriesOver, receiversOver } from '../../functions/shared/adapters/stored-deliveries.ts';
import type { Alert } from '../../functions/shared/domain/alert.ts';
import { settingsSchema } from '../../functions/shared/domain/settings.ts';
import type { DeliveryStore } from '../../functions/shared/ports/delivery-store.ts';
import type { MessageQueue, QueueSource } from '../../functions/shared/ports/message-queue.ts';
import type { Publisher } from '../../functions/shared/ports/publisher.ts';
import { lambdaContext } from '../../local/lambda/lambda-context.ts';
import { QueuePoller } from '../../local/lambda/queue-poller.ts';
import { MemoryTelemetry } from '../../local/memory-telemetry.ts';
import type { ManualClock } from '../local/memory-broker.ts';
import { MemoryAttempts } from './attempts.ts';
import { Receiver } from './sigkill/receiver.ts';

const functionTimeoutMs = 60_000;
const never = new AbortController().signal;

/** A queue whose waits follow the clock that is passed in. */
export interface QueueByClock extends MessageQueue, QueueSource {
  /** Returns when a waiting message can be received; `undefined` where none waits. */
  dueAtMs(): number | undefined;
}

/** The parts that a message passes between its publisher and its receiver. */
export interface Path {
  readonly publisher: Publisher;
  readonly queue: QueueByClock;
  readonly deliveries: DeliveryStore;
}

/** A message that the receiver accepted. */
export interface Taken {
  /** The message's `webhook-id`. */
  readonly id: string;
  readonly alertId: string;
  readonly revision: number;
  readonly atMs: number;
}

/** The way in which a receiver is unavailable: its connections are refused, or it answers a status. */
export type Away = 'refuses connections' | number;

/** The function notify behind a queue, and a receiver on the loopback that is unavailable for a while. */
export class Outage {
  readonly clock: ManualClock;
  readonly taken: Taken[] = [];
  readonly lines: string[] = [];
  readonly #receiver = new Receiver((id, body) => this.#answer(id, body));
  readonly #path: Path;
  #url = '';
  #status = 204;

  private constructor(clock: ManualClock, path: Path) {
    this.clock = clock;
    this.#path = path;
  }

  static async open(clock: ManualClock, path: Path): Promise<Outage> {
    const outage = new Outage(clock, path);
    outage.#url = await outage.#receiver.listen();
    return outage;
  }

  close(): void {
    this.#receiver.close();
  }

  leave(how: Away): void {
    if (how === 'refuses connections') this.#receiver.close();
    else this.#status = how;
  }

  async comeBack(how: Away): Promise<void> {
    if (how === 'refuses connections') await this.#receiver.listen(Number(new URL(this.#url).port));
    this.#status = 204;
  }

  async publish(alert: Alert): Promise<void> {
    await this.#path.publisher.publish(toMessage(alert), never);
    await this.poll();
  }

  /** Handles everything that is due until a moment, and moves time on to it. */
  async runUntil(untilMs: number): Promise<void> {
    const { queue } = this.#path;
    for (let dueMs = queue.dueAtMs(); dueMs !== undefined && dueMs <= untilMs; dueMs = queue.dueAtMs()) {
      this.clock.timeMs = Math.max(this.clock.timeMs, dueMs);
      await this.poll();
    }
    this.clock.timeMs = Math.max(this.clock.timeMs, untilMs);
  }

  /** Handles all batches that can be received now. */
  async poll(): Promise<void> {
    const lane = this.#lane();
    for (let polled = await lane.poll(); polled !== 'idle'; polled = await lane.poll()) {
      if (polled === 'failed') throw new Error(`notify failed: ${this.lines.at(-1)}`);
    }
  }

  /** Creates a new worker, which remembers nothing. */
  #lane(): QueuePoller {
    const { queue, deliveries } = this.#path;
    const telemetry = new MemoryTelemetry((line) => this.lines.push(line));
    const webhook = { url: this.#url, secret: 'env:SECRET', allowPrivate: true };
    const notify = createNotify({
      settings: settingsSchema.parse({ receivers: [{ name: 'pager', webhook }] }),
      deliveries: deliveriesOver(deliveries),
      receivers: receiversOver(deliveries),
      queue,
      attempts: new MemoryAttempts(),
      secrets: { get: async () => this.#receiver.secret },
      telemetry,
      clock: this.clock,
    });
    const visibilityMs = functionTimeoutMs + 30_000;
    const invoke = (event: Parameters<typeof notify>[0]) =>
      notify(event, lambdaContext('notify', functionTimeoutMs, this.clock));
    return new QueuePoller({ batchSize: 10, visibilityMs, invoke }, queue, this.clock, telemetry);
  }

  #answer(id: string, body: string): number {
    const { id: alertId, revision } = (JSON.parse(body) as { data: Alert }).data;
    if (this.#status === 204) this.taken.push({ id, alertId, revision, atMs: this.clock.nowMs() });
    return this.#status;
  }
}
