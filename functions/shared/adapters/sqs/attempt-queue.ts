import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { AttemptQueue } from '../../ports/attempt-queue.ts';
import { awsError } from '../aws/errors.ts';

/**
 * Returns the queue of attempts on SQS. SQS itself deletes attempts that are older than the retention of the queue.
 * @param queueUrl the URL of a standard queue
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
