import { GetQueueAttributesCommand, type QueueAttributeName, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueueDepth, QueueGauge } from '../../ports/attempt-queue.ts';
import { awsError } from '../aws/errors.ts';

const counted: readonly QueueAttributeName[] = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
];

/**
 * Returns a gauge of the messages in an SQS queue and its dead-letter queue. The counts come from SQS and may be a minute
 * old.
 */
export function sqsQueueGauge(client: SQSClient, queueUrl: string, deadLettersUrl: string): QueueGauge {
  const sumOf = async (QueueUrl: string): Promise<number> => {
    try {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...counted] }),
      );
      return counted.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    } catch (error) {
      throw awsError('SQS, count messages', error);
    }
  };
  return {
    async depth(): Promise<QueueDepth> {
      const [waiting, deadLetters] = await Promise.all([sumOf(queueUrl), sumOf(deadLettersUrl)]);
      return { waiting, deadLetters };
    },
  };
}
