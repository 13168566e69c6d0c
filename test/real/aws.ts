import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type AwsOptions, clientConfig } from '../../functions/shared/adapters/aws/client-config.ts';
import { s3Client } from '../../functions/shared/adapters/s3/objects.ts';
import { unique } from '../contract/unique.ts';

/** The servers in place of AWS: DynamoDB Local, and MiniStack for the rest. */
type Service = 'DYNAMODB' | 'S3' | 'SNS' | 'SQS' | 'SECRETS_MANAGER';

/** The region of buckets and names. */
export const region = 'eu-central-1';

// An emulator accepts any credentials; the SDK requires some.
process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

function at(service: Service): AwsOptions {
  const variable = `OFFBEAT_${service}_ENDPOINT`;
  const endpoint = process.env[variable];
  if (endpoint === undefined) throw new Error(`${variable}: expected the address of a server for ${service}`);
  return { endpoint, region, requestTimeoutMs: 10_000 };
}

export const dynamodb = new DynamoDBClient(clientConfig(at('DYNAMODB')));
export const s3 = s3Client({ ...at('S3'), forcePathStyle: true });
export const sns = new SNSClient(clientConfig(at('SNS')));
export const sqs = new SQSClient(clientConfig(at('SQS')));
export const secretsManager = new SecretsManagerClient(clientConfig(at('SECRETS_MANAGER')));

/** Creates a table as lib/constructs/ledger.ts does. @returns the table's name */
export async function newTable(word: string): Promise<string> {
  const TableName = unique(word);
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 30, minDelay: 1 }, { TableName });
  return TableName;
}

/** @returns the bucket's name */
export async function newBucket(): Promise<string> {
  const Bucket = unique('objects');
  await s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

export interface FanOut {
  readonly topicArn: string;
  readonly queueUrl: string;
  readonly deadLettersUrl: string;
  readonly attemptsUrl: string;
  readonly rejectedUrl: string;
}

/**
 * Creates a topic with its queues, as lib/constructs/fan-out.ts does, and the queue of attempts.
 * @param suffix `.fifo` for FIFO ones
 */
export async function newFanOut(suffix: '' | '.fifo' = ''): Promise<FanOut> {
  const fifo = suffix === '' ? {} : { Attributes: { FifoTopic: 'true' } };
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: unique('alerts') + suffix, ...fifo }));
  const queueUrl = await newQueue('notify', suffix);
  const deadLettersUrl = await newQueue('dead-letters', suffix);
  const attemptsUrl = await newQueue('attempts');
  const rejectedUrl = await newQueue('rejected');
  await subscribe(TopicArn!, queueUrl);
  return { topicArn: TopicArn!, queueUrl, deadLettersUrl, attemptsUrl, rejectedUrl };
}

/** Subscribes a queue to a topic: from now on it gets what is published. */
export async function subscribe(topicArn: string, queueUrl: string): Promise<void> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  );
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: Attributes!.QueueArn }));
}

/** @returns its URL */
export async function newQueue(word: string, suffix: '' | '.fifo' = ''): Promise<string> {
  const fifo = suffix === '' ? {} : { Attributes: { FifoQueue: 'true' } };
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: unique(word) + suffix, ...fifo }));
  return QueueUrl!;
}

/**
 * Opens the clock that visibility follows, which is the server's own.
 * @returns a function that returns its time, by the time stamp that a message gets
 */
export async function newQueueClock(): Promise<() => Promise<number>> {
  const QueueUrl = await newQueue('clock', '');
  return async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'now' }));
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MessageSystemAttributeNames: ['SentTimestamp'],
        WaitTimeSeconds: 5,
        // It is not received again.
        VisibilityTimeout: 43_200,
      }),
    );
    return Number(Messages![0]!.Attributes!.SentTimestamp);
  };
}
