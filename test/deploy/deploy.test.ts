import { DescribeTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTopics } from '../../functions/shared/adapters/kafka/topics.ts';
import { heartbeatVersion, tickVersion } from '../../functions/shared/domain/signal.ts';
import { header, type LogRecord } from '../../functions/shared/log/record.ts';
import { onePartitionEach, type Topic, topics } from '../../functions/shared/log/topics.ts';
import { KafkaReader } from '../real/kafka.ts';
import { clusterArn } from '../support/fake-msk.ts';
import { clientOptions } from './deployed-stack.ts';
import { TestDeployment } from './deployment.ts';

interface HeartbeatEntry {
  readonly Id: string;
  readonly DelaySeconds: number;
  readonly MessageBody: string;
}

const patience = { timeout: 60_000, interval: 200 };

describe('the stacks on an account that was empty', () => {
  const deployment = new TestDeployment();
  let reader: KafkaReader;

  beforeAll(async () => {
    await deployment.open();
    await createTopics(deployment.kafka, onePartitionEach);
    reader = new KafkaReader(deployment.kafka);
  });
  afterAll(async () => {
    await reader?.close();
    await deployment.close();
  });

  const items = async (): Promise<number> => {
    const TableName = await deployment.state.physicalId('AWS::DynamoDB::Table', 'LedgerTable');
    const client = new DynamoDBClient(clientOptions(deployment.emulator));
    return (await client.send(new ScanCommand({ TableName }))).Count ?? 0;
  };

  /** Returns the records of a topic without ticks, because time goes on whatever happens. */
  const recordsOf = async (topic: Topic, from = 0): Promise<readonly LogRecord[]> =>
    (await reader.read(topic, 0, from)).filter(({ headers }) => headers[header.schema] !== tickVersion);
  const clusterOf = ({ value }: LogRecord): string => JSON.parse(`${value}`).entity.cluster;

  it('are deployed for a cluster that is given by its ARN alone', async () => {
    const { Offbeat } = await deployment.deploy('one');
    expect(deployment.msk.asked.some((path) => path.includes(clusterArn))).toBe(true);
    expect(Object.keys(Offbeat!).sort()).toEqual([
      'AlarmsTopic',
      'AlertsTopic',
      'ApiUrl',
      'BeatsTopic',
      'GivenUpQueue',
    ]);
  });

  it('have set up the warehouse with the deployment', async () => {
    const template = await deployment.askWarehouse('/_index_template/offbeat-samples');
    expect(template.status).toBe(200);
  });

  it('make samples from a document that is handed to normalise', async () => {
    await deployment.shipDocument();
    expect(new Set((await recordsOf(topics.samples)).map(clusterOf))).toEqual(new Set(['one']));
  });

  it('append heartbeats to beats, by messages that three schedules spread over a minute', async () => {
    const schedules = await Promise.all(
      [0, 1, 2].map((nth) => deployment.functions.scheduled(`HeartbeatsSchedule${nth}`)),
    );
    for (const { target } of schedules) expect(target).toMatch(/:aws-sdk:sqs:sendMessageBatch$/);
    const calls = schedules.map(({ input }) => input as { QueueUrl: string; Entries: HeartbeatEntry[] });
    const delays = calls.flatMap(({ Entries }) => Entries.map(({ DelaySeconds }) => DelaySeconds));
    expect(delays.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, nth) => 2 * nth));

    const before = await reader.endOffset(topics.beats, 0);
    const { QueueUrl, Entries } = calls[0]!;
    const now = Entries.map(({ Id, MessageBody }) => ({ Id, MessageBody }));
    await new SQSClient(clientOptions(deployment.emulator)).send(
      new SendMessageBatchCommand({ QueueUrl, Entries: now }),
    );
    await vi.waitFor(async () => {
      const appended = await reader.read(topics.beats, 0, before);
      expect(appended.length).toBeGreaterThan(0);
      for (const { key, value, headers } of appended) {
        expect([key, `${value}`, headers[header.schema]]).toEqual([null, '', heartbeatVersion]);
      }
    }, patience);
  });

  it('page a webhook for an incident, signed, once for each transition, and store everything in the warehouse', async () => {
    const expectReceived = (count: number) => expect(deployment.receiver.received.size).toBe(count);
    // If the incident were over before notify handled it, only its end would be sent: newer replaces older.
    await deployment.shipIncident(async () => {
      await deployment.handOverAll();
      await vi.waitFor(() => expectReceived(1), patience);
    });
    await deployment.handOverAll();
    await vi.waitFor(() => expectReceived(2), patience);
    const bodies = [...deployment.receiver.received.values()];
    expect(bodies.every((times) => times.length === 1)).toBe(true);
    const statuses = bodies.map(([body]) => JSON.parse(body!).data.status).sort();
    expect(statuses).toEqual(['open', 'resolved']);
  });

  it('answer the API with what was found', async () => {
    await deployment.askWarehouse('/_refresh', { method: 'POST' });
    const response = await deployment.functions.askApi('/api/alerts?cluster=recorded');
    expect(response.status).toBe(200);
    const { alerts } = (await response.json()) as { alerts: { status: string }[] };
    expect(alerts).toMatchObject([{ status: 'resolved' }]);
    expect((await deployment.functions.askApi('/api/health')).status).toBe(200);
  });

  it('check themselves: the canary reaches the warehouse, and ages are reported', async () => {
    await deployment.invokeWith('Upkeepselfcheck', 'self-check.schedule');
    await deployment.handOverAll();
    await deployment.askWarehouse('/_refresh', { method: 'POST' });
    const { log } = await deployment.invokeWith('Upkeepselfcheck', 'self-check.schedule');
    for (const gauge of ['canary_age_seconds', 'pending_age_seconds', 'stage_age_seconds'])
      expect(log).toContain(gauge);
  });

  it('apply a changed setting with the next deployment, and keep their data', async () => {
    const [before, state] = [await items(), await deployment.state.resources()];
    await deployment.deploy('two');
    expect(await items()).toBe(before);
    expect(await deployment.state.resources()).toEqual(state);
    // A setting is part of a function's code: the cluster of a live host is the new one.
    await deployment.handOverAll();
    const from = await reader.endOffset(topics.samples, 0);
    await deployment.shipDocument();
    expect(new Set((await recordsOf(topics.samples, from)).map(clusterOf))).toEqual(new Set(['two']));
  });

  it('lose nothing when functions are destroyed and deployed again, and count nothing twice', async () => {
    await deployment.handOverAll();
    const before = await items();
    await deployment.cdk.destroy('Offbeat');
    expect(await deployment.functions.resources()).toEqual([]);
    await deployment.deploy('two');
    expect(await items()).toBe(before);
    const sent = await Promise.all([topics.signals, topics.alerts].map((topic) => recordsOf(topic)));
    deployment.receiver.take();
    deployment.bridge.startOver();
    await deployment.handOverAll();
    expect(await Promise.all([topics.signals, topics.alerts].map((topic) => recordsOf(topic)))).toEqual(sent);
    expect(deployment.receiver.take().size).toBe(0);
  });

  it('that keep data are not destroyed by mistake once they are protected', async () => {
    await deployment.deploy('two', undefined, { isProtected: true });
    await expect(deployment.cdk.destroy('Offbeat-State')).rejects.toThrow(/TerminationProtection is enabled/);
    expect(await deployment.state.resources()).not.toEqual([]);
  });

  it('leave nothing but what is retained when all of them are destroyed', async () => {
    const [bucket, table] = [
      await deployment.state.physicalId('AWS::S3::Bucket'),
      await deployment.state.physicalId('AWS::DynamoDB::Table', 'LedgerTable'),
    ];
    for (const stack of [deployment.state, deployment.network]) await stack.unprotect();
    await deployment.cdk.destroy();
    for (const stack of [deployment.functions, deployment.state, deployment.network]) {
      expect(await stack.resources()).toEqual([]);
    }
    const options = clientOptions(deployment.emulator);
    await new S3Client(options).send(new HeadBucketCommand({ Bucket: bucket }));
    await new DynamoDBClient(options).send(new DescribeTableCommand({ TableName: table }));
    expect(await deployment.functionsThere()).toEqual([]);
  });
});
