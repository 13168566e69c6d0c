import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DocumentQueue } from '../../ports/document-queue.ts';
import { awsError } from '../aws/errors.ts';

/**
 * Returns the queue of documents on SQS.
 * @param queueUrl the URL of a standard queue
 */
export function sqsDocumentQueue(client: SQSClient, queueUrl: string): DocumentQueue {
  return {
    async send(body) {
      try {
        await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
      } catch (error) {
        throw awsError('SQS, hand documents over', error);
      }
    },
  };
}
