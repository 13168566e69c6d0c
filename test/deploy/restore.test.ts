import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamodbLedger } from '../../functions/shared/adapters/dynamodb/ledger.ts';
import { createTopics } from '../../functions/shared/adapters/kafka/topics.ts';
import { onePartitionEach, type Topic, topics } from '../../functions/shared/log/topics.ts';
import { ledgerItems } from '../../functions/shared/runner/ledger-items.ts';
import { spawnOffbeat } from '../bin/run-cli.ts';
import { clientOptions } from './deployed-stack.ts';
import { TestDeployment } from './deployment.ts';
import { commandsOf, OperatorShell } from './shell.ts';

const patience = { timeout: 60_000, interval: 200 };

/** The commands, by step of docs/deploy.md. */
const [names] = commandsOf('deploy.md', 'Names');
const [objects] = commandsOf('deploy.md', 'Objects');
const [stop, restore, copy, bringBack, removeTable] = commandsOf('deploy.md', 'A point in time');
const [tools] = commandsOf('runbook.md', 'Tools');

describe('a ledger that went wrong', () => {
  const deployment = new TestDeployment();
  let shell: OperatorShell;

  beforeAll(async () => {
    await deployment.open();
    shell = await OperatorShell.open(deployment.emulator);
    await createTopics(deployment.kafka, onePartitionEach);
    await deployment.deploy('one');
  });
  afterAll(async () => {
    shell?.close();
    await deployment.close();
  });

  async function itemsOf(suffix: string) {
    const tableName = `${await deployment.state.physicalId('AWS::DynamoDB::Table', 'LedgerTable')}${suffix}`;
    const client = new DynamoDBClient(clientOptions(deployment.emulator));
    return ledgerItems(dynamodbLedger({ client, tableName }));
  }

  async function deleteItem(stage: string, topic: Topic): Promise<void> {
    const TableName = await deployment.state.physicalId('AWS::DynamoDB::Table', 'LedgerTable');
    const client = new DynamoDBClient(clientOptions(deployment.emulator));
    const Key = { key: { S: `partition/${stage}/${topic}/0` } };
    await client.send(new DeleteItemCommand({ TableName, Key }));
  }

  /** Returns the names of objects that items name and that do not exist. */
  async function missing(suffix: string): Promise<string[]> {
    const client = new S3Client({ ...clientOptions(deployment.emulator), forcePathStyle: true });
    const Bucket = await deployment.state.physicalId('AWS::S3::Bucket');
    const named = (await itemsOf(suffix)).flatMap(({ blocks, pending }) => [
      ...Object.values(blocks).flatMap((block) => ('object' in block ? [block.object] : [])),
      ...(pending === null ? [] : [pending]),
    ]);
    const there = await Promise.all(
      [...new Set(named)].map((Key) =>
        client.send(new HeadObjectCommand({ Bucket, Key })).then(
          () => [],
          () => [Key],
        ),
      ),
    );
    return there.flat();
  }

  /** Returns the messages that the receiver got, repeated ones as often as received. */
  const transitions = (): string[] =>
    [...deployment.receiver.received.values()]
      .flat()
      .map((body) => JSON.parse(body).data.status)
      .sort();

  /** Returns the number of messages that notify has not handled yet. */
  async function waiting(): Promise<number> {
    const QueueUrl = await deployment.functions.physicalId('AWS::SQS::Queue', 'FanOutQueue');
    const client = new SQSClient(clientOptions(deployment.emulator));
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: inHand } = Attributes ?? {};
    return Number(visible) + Number(inHand);
  }

  /** Runs the command, and expects that the stage continues with the next record. */
  const newEpoch = async (stage: string): Promise<void> => {
    const [table, deliveries, bucket] = [
      await deployment.state.physicalId('AWS::DynamoDB::Table', 'LedgerTable'),
      await deployment.state.physicalId('AWS::DynamoDB::Table', 'Deliveries'),
      await deployment.state.physicalId('AWS::S3::Bucket'),
    ];
    const { environment, endpoint } = deployment.emulator;
    const { status, stdout, stderr } = await spawnOffbeat(['new-epoch', stage], '', process.cwd(), {
      ...environment,
      OFFBEAT_KAFKA_BROKERS: deployment.kafka.brokers.join(','),
      OFFBEAT_LEDGER_TABLE: table,
      OFFBEAT_DELIVERIES_TABLE: deliveries,
      OFFBEAT_OBJECTS_BUCKET: bucket,
      OFFBEAT_DYNAMODB_ENDPOINT: endpoint,
      OFFBEAT_S3_ENDPOINT: endpoint,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      new RegExp(
        `^${stage} \\S+ is at epoch \\d+ and continues with the next record that arrives; the newest record that it processed `,
      ),
    );
  };

  const epochs = async () =>
    Object.fromEntries((await itemsOf('')).map(({ stage, epoch }): [string, number] => [stage, epoch]));

  it('is restored to an earlier time with every object that it names, and continues beside a normalise that never stopped', async () => {
    // The emulator copies the table as it is, so the time to go back to is now, while the alert is open.
    await deployment.shipIncident(async () => {
      await deployment.handOverAll();
      await shell.paste(names!, restore!);
    });
    const then = await itemsOf('-restored');
    expect(then.map(({ stage }) => stage)).toEqual(['alert', 'detect', 'normalise']);
    await deployment.handOverAll();
    await deployment.invokeWith('Upkeepsweep', 'sweep.schedule');
    await vi.waitFor(() => expect(transitions()).toEqual(['open', 'resolved']), patience);
    expect(await missing('-restored')).not.toEqual([]);

    const stopped = await shell.paste(tools!, names!, stop!);
    // Two commands do this, each for both mappings.
    expect(stopped.match(/^Disabled$/gm)).toHaveLength(4);
    await deployment.shipDocument();
    const reached = await itemsOf('');
    expect(reached.every(({ txn }, nth) => txn > then[nth]!.txn)).toBe(true);
    const output = await shell.paste(tools!, names!, objects!, copy!, bringBack!);
    expect(output).toContain('back: ');
    expect(output).not.toContain('missing: ');
    const [alert, detect] = then;
    expect(await itemsOf('')).toEqual([alert, detect, reached[2]]);
    expect(await missing('')).toEqual([]);

    for (const stage of ['detect', 'alert']) await newEpoch(stage);
    // Each group starts again, which is earlier than necessary: what the restored state has counted is dropped.
    deployment.bridge.startOver();
    await deployment.handOverAll();
    const now = await itemsOf('');
    expect(await epochs()).toEqual({ alert: 1, detect: 1, normalise: 0 });
    expect(now.every(({ txn }, nth) => txn > then[nth]!.txn)).toBe(true);
    expect(await missing('')).toEqual([]);
    await vi.waitFor(async () => expect(await waiting()).toBe(0), patience);
    expect(transitions()).toEqual(['open', 'resolved']);
    await shell.paste(names!, removeTable!);
  });

  it('that lost an item of normalise continues once detect accepts that its producer starts over', async () => {
    await newEpoch('normalise');
    await deployment.shipDocument();
    await deployment.handOverAll();
    expect(await epochs()).toEqual({ alert: 1, detect: 1, normalise: 1 });

    await deleteItem('normalise', topics.beats);
    await deployment.shipDocument();
    await expect(deployment.handOverAll()).rejects.toThrow(
      /normalise\/offbeat.beats\/0 started over at .*run \\"npx offbeat new-epoch detect\\"/,
    );
    await newEpoch('detect');
    await deployment.handOverAll();
    expect(await epochs()).toEqual({ alert: 1, detect: 2, normalise: 0 });
  });
});
