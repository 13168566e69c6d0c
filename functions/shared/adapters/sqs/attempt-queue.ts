import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { AttemptQueue } from '../../ports/attempt-queue.ts';
import { awsError } from '../aws/errors.ts';

/**
 * The queue of attempts on SQS, which drops by its own retention what is too old.
 * @param queueUrl of a standard queue
 */
export function sqsAttemptQueue(client: SQSClient, queueUrl: string): AttemptQueue {
  return {
    async send(attempt) {
      const command = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(attempt) });
      try {
        await client.send(command);
      } catch (error) {
        throw awsError('SQS, send an attempt', error);
      }
      return 0;
    },
  };
}
