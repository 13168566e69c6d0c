import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { redrivenFor } from '../../log/dead-letter.ts';
import type { DeadMessage, DeadMessages } from '../../ports/message-queue.ts';
import { awsError } from '../aws/errors.ts';

export interface SqsDeadMessagesOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly deadLettersUrl: string;
}

const batchMax = 10;
/**
 * The time for which listed letters are hidden. A command of an operator is faster; if it dies, they are visible after
 * this time.
 */
const hiddenSeconds = 600;

interface Held {
  readonly receiptHandle: string;
  readonly body: string;
}

/** The dead-letter queue of an SQS queue. The reason of a message that SQS itself moved there is `received too often`. */
export class SqsDeadMessages implements DeadMessages {
  readonly #options: SqsDeadMessagesOptions;
  readonly #held = new Map<string, Held>();

  constructor(options: SqsDeadMessagesOptions) {
    this.#options = options;
  }

  async list(): Promise<readonly DeadMessage[]> {
    const found: DeadMessage[] = [];
    for (;;) {
      const some = await this.#receive();
      if (some.length === 0) return found;
      for (const { MessageId, ReceiptHandle, Body, MessageAttributes } of some) {
        this.#held.set(MessageId!, { receiptHandle: ReceiptHandle!, body: Body! });
        const reason = MessageAttributes?.reason?.StringValue ?? 'received too often';
        found.push({ id: MessageId!, reason, ...redrivenFor(Body!) });
      }
    }
  }

  /**
   * Sends a letter before it is removed. If this process dies in between, the letter comes twice, and notify recognises
   * that.
   */
  async redrive(id: string): Promise<boolean> {
    const held = this.#held.get(id);
    if (held === undefined) return false;
    const { client, queueUrl, deadLettersUrl } = this.#options;
    try {
      const order = queueUrl.endsWith('.fifo') ? { MessageGroupId: id, MessageDeduplicationId: id } : {};
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: held.body, ...order }));
      await client.send(new DeleteMessageCommand({ QueueUrl: deadLettersUrl, ReceiptHandle: held.receiptHandle }));
    } catch (error) {
      throw awsError('SQS, send a dead letter back', error);
    }
    this.#held.delete(id);
    return true;
  }

  async release(): Promise<void> {
    const { client, deadLettersUrl } = this.#options;
    const held = [...this.#held.values()];
    this.#held.clear();
    for (const { receiptHandle } of held) {
      const shown = { QueueUrl: deadLettersUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: 0 };
      // A letter for which this fails becomes visible when its time is over.
      await client.send(new ChangeMessageVisibilityCommand(shown)).catch(() => {});
    }
  }

  async #receive() {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#options.deadLettersUrl,
      MaxNumberOfMessages: batchMax,
      VisibilityTimeout: hiddenSeconds,
      // SQS asks all of its servers only if a wait is allowed.
      WaitTimeSeconds: 1,
      MessageAttributeNames: ['reason'],
    });
    try {
      return (await this.#options.client.send(command)).Messages ?? [];
    } catch (error) {
      throw awsError('SQS, look for dead letters', error);
    }
  }
}
