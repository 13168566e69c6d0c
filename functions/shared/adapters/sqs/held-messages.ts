import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { awsError } from '../aws/errors.ts';

const batchMax = 10;
/**
 * The time for which listed messages are hidden. A command of an operator is faster; if it dies, they are visible after
 * this time.
 */
const hiddenSeconds = 600;

/** A message of a queue of dead letters. */
export interface HeldMessage {
  readonly id: string;
  readonly body: string;
  /** The reason in the attributes of the message, if it has one. */
  readonly reason?: string;
}

/** The messages of a queue of dead letters, which are hidden from other readers once they are listed. */
export class HeldMessages {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #receipts = new Map<string, string>();

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  /** Returns all visible messages. @throws {UnavailableError} where a later try may succeed */
  async list(): Promise<readonly HeldMessage[]> {
    const found: HeldMessage[] = [];
    for (;;) {
      const some = await this.#receive();
      if (some.length === 0) return found;
      for (const { MessageId, ReceiptHandle, Body, MessageAttributes } of some) {
        this.#receipts.set(MessageId!, ReceiptHandle!);
        const reason = MessageAttributes?.reason?.StringValue;
        found.push({ id: MessageId!, body: Body!, ...(reason === undefined ? {} : { reason }) });
      }
    }
  }

  /** Removes a listed message. @throws {Error} as the SDK does */
  async delete(id: string): Promise<void> {
    const ReceiptHandle = this.#receipts.get(id);
    await this.#client.send(new DeleteMessageCommand({ QueueUrl: this.#queueUrl, ReceiptHandle }));
    this.#receipts.delete(id);
  }

  /** Makes the listed messages that were not removed visible to others again. */
  async release(): Promise<void> {
    const receipts = [...this.#receipts.values()];
    this.#receipts.clear();
    for (const ReceiptHandle of receipts) {
      const shown = { QueueUrl: this.#queueUrl, ReceiptHandle, VisibilityTimeout: 0 };
      // A message for which this fails becomes visible when its time is over.
      await this.#client.send(new ChangeMessageVisibilityCommand(shown)).catch(() => {});
    }
  }

  async #receive(): Promise<readonly Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#queueUrl,
      MaxNumberOfMessages: batchMax,
      VisibilityTimeout: hiddenSeconds,
      // SQS asks all of its servers only if a wait is allowed.
      WaitTimeSeconds: 1,
      MessageAttributeNames: ['reason'],
    });
    try {
      return (await this.#client.send(command)).Messages ?? [];
    } catch (error) {
      throw awsError('SQS, look for dead letters', error);
    }
  }
}
