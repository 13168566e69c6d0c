import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { QueueSource, ReceivedMessage } from '../../functions/shared/ports/message-queue.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import type { Polled } from './partition-poller.ts';

export interface QueuePollerOptions {
  readonly batchSize: number;
  /** How long a message stays hidden; AWS advises six times the function's time-out. */
  readonly visibilityMs: number;
  readonly invoke: (event: SQSEvent) => Promise<SQSBatchResponse>;
}

/** The pause after a batch that failed: the next one would fail likewise. */
const retryMs = 1_000;

/**
 * The queue as Lambda's event source mapping reads it: what the answer names comes again, all else is removed; an
 * invocation that fails removes nothing, and its messages come again when they are visible.
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

  /** The time to look again after a batch that failed; a message that waits hides itself. */
  dueAtMs: number | undefined;
  /** Said once, not for each batch. */
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
        this.#telemetry.warn('a batch of messages comes again', { messages: messages.length, error: messageOf(error) });
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

/** An id that was not in the batch makes the whole answer unusable, as Lambda has it: then all of it comes again. */
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
