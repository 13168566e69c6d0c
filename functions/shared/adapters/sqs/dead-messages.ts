import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { redrivenFor } from '../../log/dead-letter.ts';
import type { DeadMessage, DeadMessages } from '../../ports/message-queue.ts';
import { awsError } from '../aws/errors.ts';
import { HeldMessages } from './held-messages.ts';

export interface SqsDeadMessagesOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly deadLettersUrl: string;
}

/** The dead-letter queue of an SQS queue. The reason of a message that SQS itself moved there is `received too often`. */
export class SqsDeadMessages implements DeadMessages {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #held: HeldMessages;
  readonly #bodies = new Map<string, string>();

  constructor({ client, queueUrl, deadLettersUrl }: SqsDeadMessagesOptions) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#held = new HeldMessages(client, deadLettersUrl);
  }

  async list(): Promise<readonly DeadMessage[]> {
    const found = await this.#held.list();
    return found.map(({ id, body, reason = 'received too often' }) => {
      this.#bodies.set(id, body);
      return { id, reason, ...redrivenFor(body) };
    });
  }

  /**
   * Sends a letter before it is removed. If this process dies in between, the letter comes twice, and notify recognises
   * that.
   */
  async redrive(id: string): Promise<boolean> {
    const body = this.#bodies.get(id);
    if (body === undefined) return false;
    try {
      const order = this.#queueUrl.endsWith('.fifo') ? { MessageGroupId: id, MessageDeduplicationId: id } : {};
      await this.#client.send(new SendMessageCommand({ QueueUrl: this.#queueUrl, MessageBody: body, ...order }));
      await this.#held.delete(id);
    } catch (error) {
      throw awsError('SQS, send a dead letter back', error);
    }
    this.#bodies.delete(id);
    return true;
  }

  async release(): Promise<void> {
    this.#bodies.clear();
    await this.#held.release();
  }
}
