import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { ListTagsForResourceCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Cdk } from './cdk.ts';
import { clientOptions, DeployedStack } from './deployed-stack.ts';
import { type Emulator, startEmulator } from './emulator.ts';

describe('the stack on an account that was empty', () => {
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-settings-'));
  let emulator: Emulator;
  let cdk: Cdk;
  let stack: DeployedStack;

  /** @returns the context that names them */
  const settings = (name: string, text: string): { settings: string } => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return { settings: file };
  };
  const clusterTag = async (topicArn: string): Promise<string | undefined> => {
    const { Tags } = await new SNSClient(clientOptions(emulator)).send(
      new ListTagsForResourceCommand({ ResourceArn: topicArn }),
    );
    return Tags?.find(({ Key }) => Key === 'offbeat:cluster')?.Value;
  };
  const tableAndBucket = () =>
    Promise.all([stack.physicalId('AWS::DynamoDB::Table'), stack.physicalId('AWS::S3::Bucket')]);
  const stands = async (table: string, bucket: string): Promise<void> => {
    await new DynamoDBClient(clientOptions(emulator)).send(new DescribeTableCommand({ TableName: table }));
    await new S3Client(clientOptions(emulator)).send(new HeadBucketCommand({ Bucket: bucket }));
  };

  beforeAll(async () => {
    emulator = await startEmulator();
    cdk = new Cdk(emulator, 'test/deploy/app.ts');
    stack = new DeployedStack(emulator, 'Offbeat');
    await cdk.bootstrap();
  });

  afterAll(async () => {
    stack?.close();
    cdk?.close();
    await emulator?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is deployed: what is published on its topic comes to its queue', async () => {
    const { Offbeat } = await cdk.deploy(settings('one.yaml', 'cluster: { name: one }'));
    const topic = Offbeat!.AlertTopic!;
    expect(await clusterTag(topic)).toBe('one');
    await stands(...(await tableAndBucket()));
    await new SNSClient(clientOptions(emulator)).send(new PublishCommand({ TopicArn: topic, Message: 'an alert' }));
    const queue = await stack.physicalId('AWS::SQS::Queue', 'FanOutQueue');
    const sqs = new SQSClient(clientOptions(emulator));
    await vi.waitFor(async () => {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue }));
      expect(JSON.parse(Messages![0]!.Body!)).toMatchObject({ TopicArn: topic, Message: 'an alert' });
    });
  });

  it('takes a changed setting with the next deployment, and keeps what it has', async () => {
    const before = await stack.resources();
    const { Offbeat } = await cdk.deploy(settings('two.yaml', 'cluster: { name: two }'));
    expect(await clusterTag(Offbeat!.AlertTopic!)).toBe('two');
    expect(await stack.resources()).toEqual(before);
  });

  it('leaves nothing but state and its records when it is destroyed', async () => {
    const kept = await tableAndBucket();
    await cdk.destroy();
    expect(await stack.resources()).toEqual([]);
    await stands(...kept);
  });
});
