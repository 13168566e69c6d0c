import { CreateSecretCommand, PutSecretValueCommand, ResourceExistsException } from '@aws-sdk/client-secrets-manager';
import { vi } from 'vitest';
import { DynamodbDeliveries } from '../../functions/shared/adapters/dynamodb/deliveries.ts';
import { dynamodbLedger } from '../../functions/shared/adapters/dynamodb/ledger.ts';
import { s3Objects } from '../../functions/shared/adapters/s3/objects.ts';
import { secretKeptMs, secretsOf } from '../../functions/shared/adapters/secrets/secrets-manager.ts';
import { snsPublisher } from '../../functions/shared/adapters/sns/publisher.ts';
import { sqsQueue } from '../../functions/shared/adapters/sqs/queue.ts';
import { describeDeliveries } from '../contract/deliveries.ts';
import { describeLargeBatches } from '../contract/large-batches.ts';
import { describeLedger } from '../contract/ledger.ts';
import { describeObjects } from '../contract/objects.ts';
import { describeFanOut } from '../contract/publisher.ts';
import { describeSecrets } from '../contract/secrets.ts';
import { dynamodb, newBucket, newFanOut, newQueueClock, newTable, s3, secretsManager, sns, sqs } from './aws.ts';

describeLedger('DynamoDB', async () => ({
  ledger: dynamodbLedger({ client: dynamodb, tableName: await newTable('ledger') }),
}));

describeDeliveries('DynamoDB', async () => ({
  store: new DynamodbDeliveries({ client: dynamodb, tableName: await newTable('deliveries') }),
}));

describeObjects('S3', async () => ({ objects: s3Objects({ client: s3, bucket: await newBucket() }) }));

describeLargeBatches('DynamoDB and S3', async () => ({
  ledger: dynamodbLedger({ client: dynamodb, tableName: await newTable('ledger') }),
  objects: s3Objects({ client: s3, bucket: await newBucket() }),
}));

describeFanOut('SNS and SQS', async () => {
  const { topicArn, queueUrl, deadLettersUrl } = await newFanOut();
  const queue = sqsQueue({ client: sqs, queueUrl, deadLettersUrl, waitSeconds: 0 });
  const deadLetters = sqsQueue({ client: sqs, queueUrl: deadLettersUrl, deadLettersUrl, waitSeconds: 0 });
  const nowMs = await newQueueClock();
  // A quarter of it is a whole second, which is the resolution of SQS.
  const visibilityMs = 4_000;
  return {
    publisher: snsPublisher({ client: sns, topicArn }),
    queue,
    visibilityMs,
    receive: () => queue.receive(1_000, 0, visibilityMs),
    remove: (receiptHandles) => queue.delete(receiptHandles),
    deadLetters: () => deadLetters.receive(1_000, 0, visibilityMs),
    // Only time itself moves the server's clock on.
    async pass(ms) {
      const untilMs = (await nowMs()) + ms;
      await vi.waitUntil(async () => (await nowMs()) >= untilMs, { timeout: ms + 10_000 });
    },
  };
});

describeSecrets('Secrets Manager', async () => {
  let nowMs = 0;
  return {
    secrets: secretsOf({}, { client: secretsManager, now: () => nowMs }),
    reference: (name) => `secretsmanager:${name}`,
    async set(name, SecretString) {
      try {
        await secretsManager.send(new CreateSecretCommand({ Name: name, SecretString }));
      } catch (error) {
        if (!(error instanceof ResourceExistsException)) throw error;
        await secretsManager.send(new PutSecretValueCommand({ SecretId: name, SecretString }));
      }
      // A rotation is seen when the value that was read before is forgotten.
      nowMs += secretKeptMs;
    },
  };
});
