import type { SQSClient } from '@aws-sdk/client-sqs';
import { letterOf } from '../../log/dead-letter-message.ts';
import type { QueuedLetter, QueuedLetters } from '../../ports/dead-letters.ts';
import { awsError } from '../aws/errors.ts';
import { HeldMessages } from './held-messages.ts';

/** Returns the dead letters of a queue on SQS, as `sqsDeadLetters` writes them. */
export function sqsQueuedLetters(client: SQSClient, queueUrl: string): QueuedLetters {
  const held = new HeldMessages(client, queueUrl);
  return {
    async list() {
      const found = await held.list();
      return found.map(({ id, body }): QueuedLetter => ({ id, letter: letterOf(body) }));
    },
    async remove(ids) {
      try {
        for (const id of ids) await held.delete(id);
      } catch (error) {
        throw awsError('SQS, remove a dead letter', error);
      }
    },
    release: () => held.release(),
  };
}
