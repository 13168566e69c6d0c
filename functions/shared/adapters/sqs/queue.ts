import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { UnavailableError } from '../../domain/errors.ts';
import { contentId } from '../../domain/ids.ts';
import type { MessageQueue, QueueSource, ReceivedMessage } from '../../ports/message-queue.ts';
import { awsError, passes } from '../aws/errors.ts';

export interface SqsQueueOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly deadLettersUrl: string;
  /** How long a reader waits for a first message. @default 1 */
  readonly waitSeconds?: 0 | 1;
}

/** What SQS takes or gives in one request. */
const batchMax = 10;
/** Counted from when a message was received, so less of it is left by now. */
const hiddenSecondsMax = 12 * 3_600;
/** The longest that a function of ours may have had a message in hand. */
const inHandSecondsMax = 15 * 60;
const delaySecondsMax = 15 * 60;
const reasonCharactersMax = 1_024;

/**
 * An SQS queue and the queue of its dead letters.
 *
 * Every verb throws {@link UnavailableError} where a later try may succeed, and what SQS refuses for a policy, a name
 * or a receipt that is over as it is.
 */
export function sqsQueue(options: SqsQueueOptions): SqsQueue {
  return new SqsQueue(options);
}

export class SqsQueue implements MessageQueue, QueueSource {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #deadLettersUrl: string;
  readonly #waitSeconds: number;

  constructor({ client, queueUrl, deadLettersUrl, waitSeconds = 1 }: SqsQueueOptions) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#deadLettersUrl = deadLettersUrl;
    this.#waitSeconds = waitSeconds;
  }

  /** A wait of more than 11 ¾ hours is cut to that: SQS hides no message for more than 12 after it was received. */
  async retryLater(receiptHandle: string, delayMs: number): Promise<void> {
    const seconds = Math.min(Math.ceil(delayMs / 1_000), hiddenSecondsMax - inHandSecondsMax);
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: this.#queueUrl,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: Math.max(0, seconds),
    });
    await this.#client.send(command).catch(rethrow(this.#queueUrl, 'hide a message'));
  }

  async sendAgain(body: string, _alertId: string, delayMs: number): Promise<void> {
    const command = new SendMessageCommand({
      QueueUrl: this.#queueUrl,
      MessageBody: body,
      // A FIFO queue delays no message of its own; notify hides one that comes too early.
      ...(this.#queueUrl.endsWith('.fifo')
        ? orderOf(body, String(delayMs))
        : { DelaySeconds: Math.min(Math.ceil(delayMs / 1_000), delaySecondsMax) }),
    });
    await this.#client.send(command).catch(rethrow(this.#queueUrl, 'send a message again'));
  }

  /** SQS shows what is hidden to nobody before its time is over, and tells nobody what it is. */
  async showWaiting(): Promise<void> {}

  async deadLetter(body: string, reason: string): Promise<void> {
    const command = new SendMessageCommand({
      QueueUrl: this.#deadLettersUrl,
      MessageBody: body,
      MessageAttributes: { reason: { DataType: 'String', StringValue: attributeText(reason) } },
      ...(this.#deadLettersUrl.endsWith('.fifo') ? orderOf(body, reason) : {}),
    });
    await this.#client.send(command).catch(rethrow(this.#deadLettersUrl, 'put a message aside'));
  }

  async receive(limit: number, _nowMs: number, visibilityMs: number): Promise<readonly ReceivedMessage[]> {
    const received: ReceivedMessage[] = [];
    while (received.length < limit) {
      const count = Math.min(batchMax, limit - received.length);
      let some: readonly ReceivedMessage[];
      try {
        some = await this.#receiveSome(count, received.length > 0, visibilityMs);
      } catch (error) {
        // What came before is hidden by now, and would be for nothing.
        if (received.length > 0) return received;
        throw error;
      }
      received.push(...some);
      // There is little more, if anything, and what is in hand would wait for the answer that says so.
      if (some.length < count) break;
    }
    return received;
  }

  async delete(receiptHandles: readonly string[]): Promise<void> {
    const failed: string[] = [];
    for (let from = 0; from < receiptHandles.length; from += batchMax) {
      failed.push(...(await this.#deleteSome(receiptHandles.slice(from, from + batchMax))));
    }
    if (failed.length === 0) return;
    const message = `SQS (${nameOf(this.#queueUrl)}), delete: ${failed.length} failed, the first with ${failed[0]}`;
    throw failed.every(passes) ? new UnavailableError(message) : new Error(message);
  }

  async #receiveSome(count: number, isMore: boolean, visibilityMs: number): Promise<readonly ReceivedMessage[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#queueUrl,
      MaxNumberOfMessages: count,
      WaitTimeSeconds: isMore ? 0 : this.#waitSeconds,
      VisibilityTimeout: Math.ceil(visibilityMs / 1_000),
      MessageSystemAttributeNames: ['ApproximateReceiveCount', 'ApproximateFirstReceiveTimestamp'],
    });
    const { Messages = [] } = await this.#client.send(command).catch(rethrow(this.#queueUrl, 'receive'));
    return Messages.map(toReceived);
  }

  /** @returns codes of what failed, receipts that are over left out */
  async #deleteSome(receiptHandles: readonly string[]): Promise<string[]> {
    const command = new DeleteMessageBatchCommand({
      QueueUrl: this.#queueUrl,
      Entries: receiptHandles.map((ReceiptHandle, nth) => ({ Id: String(nth), ReceiptHandle })),
    });
    const { Failed = [] } = await this.#client
      .send(command)
      .catch(rethrow(this.#queueUrl, `delete ${receiptHandles.length} messages`));
    return Failed.map(({ Code = 'no code' }) => Code).filter((code) => !receiptIsOver.has(code));
  }
}

/** What a FIFO queue wants to be told: none of them waits for another, and a second try within minutes is one letter. */
function orderOf(body: string, reason: string) {
  const id = contentId('dead-letter', body, reason);
  return { MessageGroupId: id, MessageDeduplicationId: id };
}

/** SQS says the second of one that has expired, and of nothing else in a request like ours. */
const receiptIsOver: ReadonlySet<string> = new Set(['ReceiptHandleIsInvalid', 'InvalidParameterValue']);

function toReceived({ MessageId, ReceiptHandle, Body, Attributes }: Message): ReceivedMessage {
  return {
    messageId: MessageId!,
    receiptHandle: ReceiptHandle!,
    body: Body!,
    receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
    firstReceivedMs: Number(Attributes?.ApproximateFirstReceiveTimestamp ?? Date.now()),
  };
}

/** An attribute is never empty, and takes what XML does. */
function attributeText(text: string): string {
  const allowed = text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, ' ');
  return allowed.slice(0, reasonCharactersMax).toWellFormed().trim() || 'no reason given';
}

function rethrow(queueUrl: string, doing: string): (error: unknown) => never {
  return (error) => {
    throw awsError(`SQS (${nameOf(queueUrl)}), ${doing}`, error);
  };
}

const nameOf = (queueUrl: string): string => queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
