import type { Environment } from '../../functions/shared/connect/environment.ts';
import { onePartitionEach, type PartitionCounts } from '../../functions/shared/domain/topics.ts';
import { newBucket, newFanOut, newTable, region } from './aws.ts';
import { openKafka } from './kafka-server.ts';
import { wipe } from './opensearch-server.ts';

/** Real servers on which nothing of Offbeat's is left. */
export interface FreshServers {
  /** Names them as a user's environment does. */
  readonly env: Environment;
  close(): Promise<void>;
}

/** Topics, tables, a bucket and an alert topic of its own, and the warehouse emptied. */
export async function freshServers(partitions: PartitionCounts = onePartitionEach): Promise<FreshServers> {
  const [kafka, ledger, deliveries, bucket, fanOut] = await Promise.all([
    openKafka(partitions),
    newTable('ledger'),
    newTable('deliveries'),
    newBucket(),
    newFanOut(),
    wipe(),
  ]);
  return {
    env: {
      ...process.env,
      AWS_REGION: region,
      OFFBEAT_KAFKA_BROKERS: kafka.connection.brokers.join(','),
      OFFBEAT_LEDGER_TABLE: ledger,
      OFFBEAT_DELIVERIES_TABLE: deliveries,
      OFFBEAT_OBJECTS_BUCKET: bucket,
      OFFBEAT_ALERT_TOPIC_ARN: fanOut.topicArn,
      OFFBEAT_QUEUE_URL: fanOut.queueUrl,
      OFFBEAT_DEAD_LETTERS_URL: fanOut.deadLettersUrl,
    },
    close: () => kafka.close(),
  };
}
