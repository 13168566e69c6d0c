import { createNotify, type NotifyPorts } from '../../../functions/notify/handler.ts';
import type { PostAnswer, PostRequest } from '../../../functions/shared/adapters/http/post.ts';
import { deliveriesOver, receiversOver } from '../../../functions/shared/adapters/stored-deliveries.ts';
import { type Alert, alertSchema } from '../../../functions/shared/domain/alert.ts';
import { UsageError } from '../../../functions/shared/domain/errors.ts';
import { type Settings, settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { lambdaContext } from '../../../local/lambda/lambda-context.ts';
import type { Polled } from '../../../local/lambda/partition-poller.ts';
import { QueuePoller } from '../../../local/lambda/queue-poller.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { ManualClock } from '../../local/memory-broker.ts';
import { envelope } from '../../support/alerts.ts';
import { MemoryAttempts } from '../../support/attempts.ts';
import { type Decide, withFaults } from '../../support/faults.ts';
import { MemoryDeliveries, MemoryQueue } from '../../support/memory-deliveries.ts';

/** The time-out of the deployed function: `local/lambda/stages.ts`, `lib/constructs/fan-out.ts`. */
export const functionTimeoutMs = 60_000;
const visibilityMs = 6 * functionTimeoutMs;

/** Returns a receiver's answer to its nth request, from 1. An error stands for no answer. */
export type Script = (nth: number, request: PostRequest) => PostAnswer | Promise<PostAnswer>;

export const answer = (status: number, headers: PostAnswer['headers'] = {}): PostAnswer => ({
  status,
  headers,
  body: '',
  bodyEnd: 'complete',
});

export const takes: Script = () => answer(200);
export const fails: Script = () => answer(500);

/** A request as its receiver saw it. */
export interface ReceivedRequest {
  readonly receiver: string;
  readonly id: string;
  readonly revision: number;
  readonly alertId: string;
  readonly atMs: number;
  readonly request: PostRequest;
}

export const secretOf = (fill: number): string => `whsec_${Buffer.alloc(32, fill).toString('base64')}`;

/** The function notify behind a queue, with receivers that follow scripts and a clock that only the test moves. */
export class Rig {
  readonly clock = new ManualClock();
  readonly deliveries = new MemoryDeliveries();
  readonly queue: MemoryQueue;
  readonly lines: string[] = [];
  readonly telemetry = new MemoryTelemetry((line) => this.lines.push(line));
  readonly attempts = new MemoryAttempts();
  readonly received: ReceivedRequest[] = [];
  /** The value of the secret `env:NAME` for each receiver. */
  readonly secrets = new Map<string, string>();
  readonly #scripts: Map<string, Script>;

  /**
   * Makes a rig.
   * @param shows whether its queue can show waiting messages at once, as that of SQLite can and SQS cannot
   */
  constructor(scripts: Readonly<Record<string, Script>>, shows = false) {
    this.queue = new MemoryQueue(() => this.clock.nowMs(), shows);
    // Signatures are checked against the real time.
    this.clock.timeMs = Date.now();
    this.#scripts = new Map(Object.entries(scripts));
    for (const name of this.#scripts.keys()) this.secrets.set(name, secretOf(7));
  }

  /** Removes a receiver from the settings of all later workers. */
  remove(receiver: string): void {
    this.#scripts.delete(receiver);
  }

  /** The largest number of receipts of one message. */
  get receiptsMost(): number {
    return this.queue.receiptsMost;
  }

  /** Adds a receiver to the settings of all later workers. */
  add(receiver: string, script: Script): void {
    this.#scripts.set(receiver, script);
    this.secrets.set(receiver, secretOf(7));
  }

  send(...alerts: readonly Alert[]): void {
    for (const alert of alerts) this.queue.send(envelope(alert));
  }

  /** Runs one batch, as Lambda hands it to a new worker. */
  async poll(decide: Decide = () => undefined, parts: Partial<NotifyPorts> = {}): Promise<Polled> {
    const handler = createNotify({
      settings: this.#settings(),
      deliveries: withFaults('deliveries', deliveriesOver(this.deliveries), decide),
      receivers: withFaults('receivers', receiversOver(this.deliveries), decide),
      queue: withFaults('queue', this.queue, decide),
      secrets: { get: async (reference) => this.#secret(reference) },
      attempts: this.attempts,
      telemetry: this.telemetry,
      clock: this.clock,
      send: this.receive,
      ...parts,
    });
    const lane = new QueuePoller(
      {
        batchSize: 10,
        visibilityMs,
        invoke: (event) => handler(event, lambdaContext('notify', functionTimeoutMs, this.clock)),
      },
      this.queue,
      this.clock,
      this.telemetry,
    );
    return lane.poll();
  }

  /**
   * Polls until the queue is empty, each time as soon as a message is due.
   * @returns the number of batches
   */
  async settle(pollsMax = 100): Promise<number> {
    for (let polls = 0; polls < pollsMax; polls += 1) {
      const { dueAtMs } = this.queue;
      if (dueAtMs === undefined) return polls;
      this.clock.timeMs = Math.max(this.clock.timeMs, dueAtMs);
      await this.poll();
    }
    throw new Error(`${this.queue.size} messages are left after ${pollsMax} batches`);
  }

  /** Polls every message that is due until a moment, and lets time pass until then. */
  async runUntil(untilMs: number): Promise<void> {
    for (let { dueAtMs } = this.queue; dueAtMs !== undefined && dueAtMs <= untilMs; { dueAtMs } = this.queue) {
      this.clock.timeMs = Math.max(this.clock.timeMs, dueAtMs);
      await this.poll();
    }
    this.clock.timeMs = Math.max(this.clock.timeMs, untilMs);
  }

  receivedBy(receiver: string): ReceivedRequest[] {
    return this.received.filter((received) => received.receiver === receiver);
  }

  #settings(): Settings {
    const receivers = [...this.#scripts.keys()].map((name) => ({
      name,
      webhook: { url: `https://${name}.example/hook`, secret: `env:${name}` },
    }));
    return settingsSchema.parse({ receivers });
  }

  #secret(reference: string): string {
    const secret = this.secrets.get(reference.slice('env:'.length));
    if (secret === undefined) throw new UsageError(`secret ${reference} is not set`);
    return secret;
  }

  /** Answers a request by the script of its receiver. */
  readonly receive = async (request: PostRequest): Promise<PostAnswer> => {
    const [receiver = ''] = new URL(request.url).hostname.split('.');
    const { id: alertId, revision } = alertSchema.parse(JSON.parse(request.body).data);
    const id = request.headers['webhook-id'] ?? '';
    this.received.push({ receiver, id, revision, alertId, atMs: this.clock.nowMs(), request });
    const script = this.#scripts.get(receiver);
    if (script === undefined) throw new Error(`${receiver} is none of the receivers`);
    return script(this.receivedBy(receiver).length, request);
  };
}
