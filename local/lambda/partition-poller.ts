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
  /** Halve a batch that failed, so that what stands before a poisonous record gets through. */
  readonly bisect: boolean;
  /** Hands an event to the function; rejects when the batch must come again. */
  readonly invoke: (event: KafkaEvent) => Promise<void>;
}

/** What holds a lane up. */
export interface Trouble {
  readonly error: unknown;
  /** In a row. */
  readonly failures: number;
  /** No retry can help: a person has to. */
  readonly permanent: boolean;
}

/**
 * What a poll came to. `idle`: nothing to read. `gathering`: the batching window is open. `backing off`: the last try
 * failed, and the next one is not due. `invoked`: a batch was handled and committed. `failed`: it will come again.
 */
export type Polled = 'idle' | 'gathering' | 'backing off' | 'invoked' | 'failed';

/** The largest payload Lambda takes, as the event's JSON. */
export const payloadBytesMax = 6 * 1024 * 1024;
const backoff: Backoff = { firstMs: 200, maxMs: 30_000, jitter: 0.5 };

/**
 * One consumer group's reading of one partition, as Lambda's event source mapping does it in on-demand mode: in
 * order, one batch in flight, the offset committed only after the function returned, and a batch that failed handed
 * in again, with growing waits, until it succeeds.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-event-source-mapping.html
 */
export class PartitionPoller {
  readonly options: PartitionPollerOptions;
  readonly #broker: Broker;
  readonly #clock: Clock;
  /** Sizes still to be tried of a batch that was halved, the next one last. */
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

  /** When the next poll can do something it cannot do now, in the clock's ms; `undefined` where only new records can. */
  get dueAtMs(): number | undefined {
    if (this.#failures > 0) return this.#retryAtMs;
    return this.#gatheringSinceMs === undefined ? undefined : this.#gatheringSinceMs + this.options.windowMs;
  }

  /** The failure that holds this partition up; `undefined` while all is well. */
  get trouble(): Trouble | undefined {
    if (this.#failures === 0) return undefined;
    const permanent = this.#error instanceof PipelineError && this.#error.action !== 'retry';
    return { error: this.#error, failures: this.#failures, permanent };
  }

  get lagRecords(): number {
    const { group, topic, partition } = this.options;
    return this.#broker.endOffset(topic, partition) - this.#broker.committed(group, topic, partition);
  }

  /** @param waitForMore whether to keep a batch back that is not full while its window is open */
  async poll(waitForMore: boolean): Promise<Polled> {
    const nowMs = this.#clock.nowMs();
    if (this.#failures > 0 && nowMs < this.#retryAtMs) return 'backing off';
    const { group, topic, partition, batchSize } = this.options;
    const sizeMax = this.#halves.at(-1) ?? batchSize;
    const offset = this.#broker.committed(group, topic, partition);
    const read = this.#broker.read(topic, partition, offset, sizeMax, payloadBytesMax);
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

/** As many records as the payload holds, but one at least: a record that is too large alone is the function's affair. */
export function withinPayload(records: readonly LogRecord[]): readonly LogRecord[] {
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    bytes += encodedBytes(record);
    if (bytes > payloadBytesMax && index > 0) return records.slice(0, index);
  }
  return records;
}

/** Base64 is 4 bytes for 3; a header's byte is up to 3 digits and a comma; the field names make the rest. */
function encodedBytes({ topic, key, value, headers }: LogRecord): number {
  let bytes = 160 + topic.length + base64Bytes(Buffer.byteLength(key ?? '')) + base64Bytes(value?.length ?? 0);
  for (const name in headers) bytes += name.length + 8 + 4 * Buffer.byteLength(headers[name]!);
  return bytes;
}

const base64Bytes = (bytes: number): number => Math.ceil(bytes / 3) * 4;
