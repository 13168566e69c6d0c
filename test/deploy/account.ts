import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientOptions } from './deployed-stack.ts';
import { type Emulator, region } from './emulator.ts';

/**
 * Returns the names or addresses of all tables, buckets, domains, functions, queues and topics of an account, whichever
 * stack has them, as `Ref` returns them.
 */
export async function everythingIn(emulator: Emulator): Promise<readonly string[]> {
  const options = clientOptions(emulator);
  const [tables, buckets, functions, queues, topics, domains] = await Promise.all([
    new DynamoDBClient(options).send(new ListTablesCommand({})).then(({ TableNames = [] }) => TableNames),
    new S3Client(options).send(new ListBucketsCommand({})).then(({ Buckets = [] }) => Buckets.map(({ Name }) => Name!)),
    new LambdaClient(options)
      .send(new ListFunctionsCommand({}))
      .then(({ Functions = [] }) => Functions.map(({ FunctionName }) => FunctionName!)),
    new SQSClient(options).send(new ListQueuesCommand({})).then(({ QueueUrls = [] }) => QueueUrls),
    new SNSClient(options)
      .send(new ListTopicsCommand({}))
      .then(({ Topics = [] }) => Topics.map(({ TopicArn }) => TopicArn!)),
    domainsIn(emulator),
  ]);
  return [...tables, ...buckets, ...functions, ...queues, ...topics, ...domains].sort();
}

// Without a client: that of OpenSearch's control plane is no dependency.
async function domainsIn({ endpoint }: Emulator): Promise<string[]> {
  const scope = `test/20260101/${region}/es/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`;
  const response = await fetch(`${endpoint}/2021-01-01/domain`, { headers: { authorization } });
  const { DomainNames } = (await response.json()) as { DomainNames: readonly { DomainName: string }[] };
  return DomainNames.map(({ DomainName }) => DomainName);
}
