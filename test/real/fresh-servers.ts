import type { Environment } from '../../functions/shared/connect/environment.ts';
import { onePartitionEach, type PartitionCounts } from '../../functions/shared/domain/topics.ts';
import { newBucket, newFanOut, newTable, region } from './aws.ts';
import { recreateTopics, sharedKafka } from './kafka.ts';
import { wipe } from './opensearch.ts';

/**
 * Empties the topics and the warehouse that all files share, and makes tables, a bucket and an alert topic anew.
 * @returns what names them, as a user's environment does
 */
export async function freshServers(partitions: PartitionCounts = onePartitionEach): Promise<Environment> {
  const [ledger, deliveries, bucket, fanOut] = await Promise.all([
    newTable('ledger'),
    newTable('deliveries'),
    newBucket(),
    newFanOut(),
    recreateTopics(sharedKafka(), partitions),
    wipe(),
  ]);
  return {
    ...process.env,
    AWS_REGION: region,
    OFFBEAT_LEDGER_TABLE: ledger,
    OFFBEAT_DELIVERIES_TABLE: deliveries,
    OFFBEAT_OBJECTS_BUCKET: bucket,
    OFFBEAT_ALERT_TOPIC_ARN: fanOut.topicArn,
    OFFBEAT_QUEUE_URL: fanOut.queueUrl,
    OFFBEAT_DEAD_LETTERS_URL: fanOut.deadLettersUrl,
  };
}
