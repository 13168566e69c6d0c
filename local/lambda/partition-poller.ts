import { PipelineError } from '../../functions/shared/domain/errors.ts';
import { encodeKafkaEvent, type KafkaEvent } from '../../functions/shared/log/kafka-event.ts';
import type { LogRecord } from '../../functions/shared/log/record.ts';
import type { Broker } from '../../functions/shared/ports/broker.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import { type Backoff, backoffMs } from '../../functions/shared/time/backoff.ts';

export interface PartitionPollerOptions {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly batchSize: number;
  readonly windowMs: number;
  /** Indicates whether a batch that failed is halved, so that the records before a poisonous one are handled. */
  readonly bisect: boolean;
  /** Passes an event to the function. Rejects when the batch must be handled again. */
  readonly invoke: (event: KafkaEvent) => Promise<void>;
}

/** The failure that holds a source up. */
export interface Trouble {
  readonly error: unknown;
  /** Failures since the last success. */
  readonly failures: number;
  /** Indicates whether no retry can help, so that a person has to. */
  readonly permanent: boolean;
}

/**
 * The outcome of one poll.
 *
 * - `idle`: there was nothing to read.
 * - `gathering`: the batching window is open, and the batch is not full.
 * - `backing off`: the last try failed, and the next one is not due.
 * - `invoked`: a batch was handled and committed.
 * - `failed`: the batch failed, and will be handled again.
 */
export type Polled = 'idle' | 'gathering' | 'backing off' | 'invoked' | 'failed';

/** The largest payload that Lambda accepts, in bytes of the event's JSON. */
export const payloadBytesMax = 6 * 1024 * 1024;
const backoff: Backoff = { firstMs: 200, maxMs: 30_000, jitter: 0.5 };

/**
 * Reads one partition for one consumer group, as Lambda's event source mapping does in on-demand mode: in order, with
 * one batch in flight. Commits the offset only after the function returned. Passes a batch that failed again, after
 * waits that grow, until it succeeds.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-event-source-mapping.html
 */
export class PartitionPoller {
  readonly options: PartitionPollerOptions;
  readonly #broker: Broker;
  readonly #clock: Clock;
  /** The sizes of the parts of a halved batch that are still to be tried; the next one is the last element. */
  readonly #halves: number[] = [];
  #gatheringSinceMs: number | undefined;
  #retryAtMs = 0;
  #failures = 0;
  #error: unknown;

  constructor(options: PartitionPollerOptions, broker: Broker, clock: Clock) {
    this.options = options;
    this.#broker = broker;
    this.#clock = clock;
  }

  /**
   * The time of the clock, in ms, from which on a poll can have another outcome than now without new records;
   * `undefined` where only new records can change the outcome.
   */
  get dueAtMs(): number | undefined {
    if (this.#failures > 0) return this.#retryAtMs;
    return this.#gatheringSinceMs === undefined ? undefined : this.#gatheringSinceMs + this.options.windowMs;
  }

  /** The failure that holds this partition up; `undefined` after a success. */
  get trouble(): Trouble | undefined {
    if (this.#failures === 0) return undefined;
    const permanent = this.#error instanceof PipelineError && this.#error.action !== 'retry';
    return { error: this.#error, failures: this.#failures, permanent };
  }

  get lagRecords(): number {
    const { group, topic, partition } = this.options;
    return this.#broker.endOffset(topic, partition) - this.#broker.committed(group, topic, partition);
  }

  /** @param waitForMore whether a batch that is not full waits while its window is open */
  async poll(waitForMore: boolean): Promise<Polled> {
    const nowMs = this.#clock.nowMs();
    if (this.#failures > 0 && nowMs < this.#retryAtMs) return 'backing off';
    const { group, topic, partition, batchSize } = this.options;
    const sizeMax = this.#halves.at(-1) ?? batchSize;
    const offset = this.#broker.committed(group, topic, partition);
    const read = this.#broker.read(topic, partition, offset, { recordsMax: sizeMax, bytesMax: payloadBytesMax });
    if (read.length === 0) return 'idle';
    const records = withinPayload(read);
    const full = records.length === sizeMax || records.length < read.length || this.#failures > 0;
    if (!full && waitForMore && this.#isWindowOpen(nowMs)) return 'gathering';
    this.#gatheringSinceMs = undefined;
    return this.#invoke(records);
  }

  #isWindowOpen(nowMs: number): boolean {
    this.#gatheringSinceMs ??= nowMs;
    return nowMs - this.#gatheringSinceMs < this.options.windowMs;
  }

  async #invoke(records: readonly LogRecord[]): Promise<Polled> {
    const { group, topic, partition, invoke } = this.options;
    try {
      await invoke(encodeKafkaEvent(records));
    } catch (error) {
      this.#backOff(error, records.length);
      return 'failed';
    }
    await this.#broker.commit(group, topic, partition, records.at(-1)!.offset + 1);
    this.#halves.pop();
    this.#failures = 0;
    return 'invoked';
  }

  #backOff(error: unknown, size: number): void {
    this.#error = error;
    this.#failures += 1;
    this.#retryAtMs = this.#clock.nowMs() + backoffMs(this.#failures, this.#clock.random(), backoff);
    if (!this.options.bisect || size === 1) return;
    this.#halves.pop();
    this.#halves.push(size - (size >> 1), size >> 1);
  }
}

/** Returns as many records as fit in the payload, and at least one: the function refuses a record that is too large. */
export function withinPayload(records: readonly LogRecord[]): readonly LogRecord[] {
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    bytes += encodedBytes(record);
    if (bytes > payloadBytesMax && index > 0) return records.slice(0, index);
  }
  return records;
}

/**
 * Estimates the bytes of a record in the event's JSON, from above. Base64 has 4 bytes for 3, a byte of a header has up
 * to 3 digits and a comma, and field names make the rest.
 */
function encodedBytes({ topic, key, value, headers }: LogRecord): number {
  let bytes = 160 + topic.length + base64Bytes(Buffer.byteLength(key ?? '')) + base64Bytes(value?.length ?? 0);
  for (const name in headers) bytes += name.length + 8 + 4 * Buffer.byteLength(headers[name]!);
  return bytes;
}

const base64Bytes = (bytes: number): number => Math.ceil(bytes / 3) * 4;
