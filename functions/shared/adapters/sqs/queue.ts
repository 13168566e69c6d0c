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
  /** The time for which a reader waits for a first message. @default 1 */
  readonly waitSeconds?: 0 | 1;
}

/** The largest number of messages in one request to SQS. */
const batchMax = 10;
/** The longest time for which SQS hides a message. It counts from the receipt, so a part of it is over already. */
const hiddenSecondsMax = 12 * 3_600;
/** The longest time for which a function may keep a received message. */
const inHandSecondsMax = 15 * 60;
const delaySecondsMax = 15 * 60;
const reasonCharactersMax = 1_024;

/**
 * Returns an SQS queue with its dead-letter queue.
 *
 * Every method throws {@link UnavailableError} if a later try may succeed. An error by which SQS refuses a policy, a name or a
 * receipt that is over is thrown unchanged.
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

  /**
   * Hides a message. The wait is 11 ¾ hours at most, because SQS hides no message for more than 12 hours after its
   * receipt.
   */
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
      // A FIFO queue cannot delay a single message. Notify hides one that comes too early.
      ...(this.#queueUrl.endsWith('.fifo')
        ? orderOf(body, String(delayMs))
        : { DelaySeconds: Math.min(Math.ceil(delayMs / 1_000), delaySecondsMax) }),
    });
    await this.#client.send(command).catch(rethrow(this.#queueUrl, 'send a message again'));
  }

  /** Leaves hidden messages as they are: SQS can neither list hidden messages nor show them early. */
  async showWaiting(): Promise<void> {}

  async deadLetter(body: string, reason: string): Promise<void> {
    const command = new SendMessageCommand({
      QueueUrl: this.#deadLettersUrl,
      MessageBody: body,
      MessageAttributes: { reason: { DataType: 'String', StringValue: attributeText(reason) } },
      ...(this.#deadLettersUrl.endsWith('.fifo') ? orderOf(body, reason) : {}),
    });
    await this.#client.send(command).catch(rethrow(this.#deadLettersUrl, 'send a message to the dead letters'));
  }

  async receive(limit: number, _nowMs: number, visibilityMs: number): Promise<readonly ReceivedMessage[]> {
    const received: ReceivedMessage[] = [];
    while (received.length < limit) {
      const count = Math.min(batchMax, limit - received.length);
      let some: readonly ReceivedMessage[];
      try {
        some = await this.#receiveSome(count, received.length > 0, visibilityMs);
      } catch (error) {
        // The messages received so far are hidden by now, so they must be returned.
        if (received.length > 0) return received;
        throw error;
      }
      received.push(...some);
      // The queue is nearly empty. The received messages do not wait for a request that may return none.
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

  /** Returns the error codes of failed deletions, without those for receipts that are over. */
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

/**
 * Returns the ids that a FIFO queue needs. No message waits for another, and a message sent again within minutes counts
 * once.
 */
function orderOf(body: string, reason: string) {
  const id = contentId('dead-letter', body, reason);
  return { MessageGroupId: id, MessageDeduplicationId: id };
}

/** The error codes for a receipt that is over. In these requests SQS uses the second one for an expired receipt only. */
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

/** Returns a text as SQS accepts it in an attribute: not empty, and with characters of XML only. */
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
