import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { DetectState } from '../functions/detect/state.ts';
import { clientConfig } from '../functions/shared/adapters/aws/client-config.ts';
import { dynamodbLedger } from '../functions/shared/adapters/dynamodb/ledger.ts';
import { s3Client, s3Objects } from '../functions/shared/adapters/s3/objects.ts';
import { defaultSettings } from '../functions/shared/domain/settings.ts';
import { onePartitionEach, topics } from '../functions/shared/log/topics.ts';
import type { LedgerKey } from '../functions/shared/ports/ledger.ts';
import { collectGarbage } from '../functions/shared/runner/collect-garbage.ts';
import { loadBlocks } from '../functions/shared/runner/state-blocks.ts';
import { startDynamoDb, startMiniStack } from '../test/real/servers/aws.ts';
import { needed } from './left-out.ts';
import type { WorkerOptions } from './million-worker.ts';

const region = 'eu-central-1';
const tableName = 'ledger';
const bucket = 'objects';

/** A ledger on DynamoDB Local and objects in MiniStack's S3: two new servers, empty at first. */
export interface Stores {
  /** The variables with which a worker finds the servers. */
  readonly options: WorkerOptions;
  /** Deletes the objects of a partition that no ledger item names, as the sweeper does. */
  collect(partition: number): Promise<void>;
  /** Reads the stored state of a partition, as a worker does. */
  held(partition: number): Promise<{ readonly series: number; readonly bytes: number }>;
  close(): Promise<void>;
}

/** Starts the servers. @throws {LeftOut} if they cannot be started */
export async function openStores(partitions: number): Promise<Stores> {
  // The emulator accepts any credentials; the SDK needs some.
  process.env.AWS_ACCESS_KEY_ID ??= 'test';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'test';
  const dynamoDb = await needed('DynamoDB Local', startDynamoDb());
  const miniStack = await needed('MiniStack', startMiniStack()).catch(async (error: unknown) => {
    await dynamoDb.close();
    throw error;
  });
  const dynamodb = new DynamoDBClient(clientConfig({ endpoint: dynamoDb.address, region }));
  const s3 = s3Client({ endpoint: miniStack.address, region, forcePathStyle: true });
  await dynamodb.send(
    new CreateTableCommand({
      TableName: tableName,
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const ports = { ledger: dynamodbLedger({ client: dynamodb, tableName }), objects: s3Objects({ client: s3, bucket }) };
  const keyOf = (partition: number): LedgerKey => ({ stage: 'detect', topic: topics.samples, partition });
  return {
    options: {
      dynamodbEndpoint: dynamoDb.address,
      s3Endpoint: miniStack.address,
      region,
      tableName,
      bucket,
      partitions: { ...onePartitionEach, [topics.samples]: partitions, [topics.summaries]: partitions },
    },
    async collect(partition) {
      await collectGarbage(keyOf(partition), ports);
    },
    async held(partition) {
      const key = keyOf(partition);
      const blocks = await loadBlocks(key, await ports.ledger.read(key), ports);
      const bytes = [...blocks.values()].reduce((sum, block) => sum + block.length, 0);
      return { series: new DetectState(blocks, defaultSettings).table.seriesCount, bytes };
    },
    async close() {
      await Promise.all([dynamoDb.close(), miniStack.close()]);
    },
  };
}
