import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { QueueSource, ReceivedMessage } from '../../functions/shared/ports/message-queue.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import type { Polled } from './partition-poller.ts';

export interface QueuePollerOptions {
  readonly batchSize: number;
  /** Milliseconds that a received message stays hidden. AWS advises six times the function's time-out. */
  readonly visibilityMs: number;
  readonly invoke: (event: SQSEvent) => Promise<SQSBatchResponse>;
}

/** Milliseconds to the next batch after one that failed, because that one would most likely fail too. */
const retryMs = 1_000;

/**
 * Reads a queue as Lambda's event source mapping does. The messages that the function's answer names stay in the queue,
 * and all others of the batch are deleted. If the invocation fails, no message is deleted. A message that stays is
 * received again once it is visible.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export class QueuePoller {
  readonly #options: QueuePollerOptions;
  readonly #queue: QueueSource;
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;

  constructor(options: QueuePollerOptions, queue: QueueSource, clock: Clock, telemetry: Telemetry) {
    this.#options = options;
    this.#queue = queue;
    this.#clock = clock;
    this.#telemetry = telemetry;
  }

  /** The time of the next poll after a batch that failed, in the clock's ms; `undefined` after a success. */
  dueAtMs: number | undefined;
  /** Indicates whether the last batch failed: only the first failure of several is logged. */
  #isFailing = false;
  readonly trouble = undefined;
  readonly lagRecords = 0;

  async poll(): Promise<Polled> {
    const { batchSize, visibilityMs, invoke } = this.#options;
    if (this.dueAtMs !== undefined && this.dueAtMs > this.#clock.nowMs()) return 'idle';
    this.dueAtMs = undefined;
    const messages = await this.#queue.receive(batchSize, this.#clock.nowMs(), visibilityMs);
    if (messages.length === 0) return 'idle';
    let failed: ReadonlySet<string>;
    try {
      failed = failedIds(await invoke({ Records: messages.map(toSqsRecord) }), messages);
    } catch (error) {
      if (!this.#isFailing) {
        this.#telemetry.warn('a batch of messages failed and will be received again', {
          messages: messages.length,
          error: messageOf(error),
        });
      }
      this.#isFailing = true;
      this.dueAtMs = this.#clock.nowMs() + retryMs;
      return 'failed';
    }
    this.#isFailing = false;
    const handled = messages.filter(({ messageId }) => !failed.has(messageId));
    await this.#queue.delete(handled.map(({ receiptHandle }) => receiptHandle));
    return 'invoked';
  }
}

/**
 * Returns the ids of the messages that failed. If the answer names an id that was not in the batch, all messages failed,
 * as on Lambda.
 */
function failedIds(answer: SQSBatchResponse, messages: readonly ReceivedMessage[]): ReadonlySet<string> {
  const known = new Set(messages.map(({ messageId }) => messageId));
  const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  return [...failed].every((id) => known.has(id)) ? failed : known;
}

function toSqsRecord({ messageId, receiptHandle, body, receiveCount, firstReceivedMs }: ReceivedMessage): SQSRecord {
  return {
    messageId,
    receiptHandle,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: '',
      SenderId: 'embedded',
      ApproximateFirstReceiveTimestamp: String(firstReceivedMs),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:embedded:000000000000:offbeat',
    awsRegion: 'embedded',
  };
}
