import type { Environment } from '../../functions/shared/environment/variables.ts';
import { onePartitionEach, type PartitionCounts } from '../../functions/shared/log/topics.ts';
import { newBucket, newFanOut, newTable, region } from './aws.ts';
import { recreateTopics, sharedKafka } from './kafka.ts';
import { wipe } from './opensearch.ts';

/**
 * Empties the topics and the warehouse that all files share, and creates tables, a bucket and an alert topic.
 * @returns the variables that name them, as a user's environment does
 */
export async function freshServers(partitions: PartitionCounts = onePartitionEach): Promise<Environment> {
  const [names] = await Promise.all([freshNames(), recreateTopics(sharedKafka(), partitions), wipe()]);
  return { ...process.env, AWS_REGION: region, ...names };
}

/** Creates unused tables, a bucket and an alert topic. */
export async function freshNames(): Promise<Environment> {
  const tables = [newTable('ledger'), newTable('deliveries')] as const;
  const [ledger, deliveries, bucket, fanOut] = await Promise.all([...tables, newBucket(), newFanOut()]);
  return {
    OFFBEAT_LEDGER_TABLE: ledger,
    OFFBEAT_DELIVERIES_TABLE: deliveries,
    OFFBEAT_OBJECTS_BUCKET: bucket,
    OFFBEAT_ALERT_TOPIC_ARN: fanOut.topicArn,
    OFFBEAT_QUEUE_URL: fanOut.queueUrl,
    OFFBEAT_DEAD_LETTERS_URL: fanOut.deadLettersUrl,
    OFFBEAT_ATTEMPTS_QUEUE_URL: fanOut.attemptsUrl,
    OFFBEAT_REJECTED_ALERTS_URL: fanOut.rejectedUrl,
  };
}
