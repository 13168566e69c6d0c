import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { kafkaEventLog } from '../../functions/shared/adapters/kafka/event-log.ts';
import { connectQueue, connectRejectedAlerts } from '../../functions/shared/adapters/sqs/connect.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import { header } from '../../functions/shared/log/record.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import { silentTelemetry } from '../../functions/shared/ports/telemetry.ts';
import { rejectRecords } from '../../functions/shared/runner/reject-records.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import { offbeat } from '../bin/run-cli.ts';
import { loadDocuments } from '../support/load-recording.ts';
import { freshServers } from './fresh-servers.ts';
import { KafkaReader, record, sharedKafka } from './kafka.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-operator-'));
const reader = new KafkaReader(sharedKafka());
const log = kafkaEventLog(sharedKafka());
afterAll(async () => {
  await Promise.all([reader.close(), log.close()]);
  rmSync(directory, { recursive: true });
});

let running: Embedded;
/**
 * Names the servers in the environment, where commands find them; the store of a running process is not theirs to open.
 */
beforeEach(async () => {
  const env = await freshServers({ ...onePartitionEach, [topics.samples]: 2 });
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  running = await openEmbedded({ dataDir: undefined, settings: defaultSettings, terminal: () => {}, env });
});
afterEach(async () => {
  await running.close();
  vi.unstubAllEnvs();
});

const nowhere = join(directory, 'nowhere');
const live = (name: string) => ({ ...loadDocuments[0], '@timestamp': new Date().toISOString(), host: { name } });
const samples = () => running.telemetry.counts().samples_made;
const patience = { timeout: 60_000, interval: 100 };

describe('redrive on real servers', () => {
  it('sends dead letters of Kafka and messages of SQS back once, without a store and beside a running process', async () => {
    await log.append([record({ topic: topics.beats, value: Buffer.from('no document') })]);
    await running.drain();
    const queue = connectQueue(process.env);
    await queue.deadLetter('given up', 'hook: refused');
    const dry = await offbeat(['redrive', '--dry-run', '--data', nowhere]);
    expect(dry).toMatchObject({ status: 0, stderr: '' });
    expect(dry.stdout).toMatch(
      /^message\/\S+ {2}notify {2}hook: refused\n0\/0 {2}offbeat.beats {2}normalise {2}not JSON/,
    );
    expect(dry.stdout).toMatch(/\n2 dead letters would be sent back\n$/);

    const sent = await offbeat(['redrive', '--data', nowhere]);
    expect(sent).toMatchObject({ status: 0, stderr: '' });
    expect(sent.stdout).toBe('2 dead letters sent back; the processes that read that Kafka process them\n');
    const beats = await reader.read(topics.beats, 0);
    expect(beats.map(({ value, headers }) => [`${value}`, headers[header.position]])).toEqual([
      ['no document', undefined],
      ['no document', expect.stringMatching(/^redrive\//)],
    ]);
    const received = await queue.receive(10, 0, 60_000);
    expect(received.map(({ body }) => body)).toEqual(['given up']);
    expect((await offbeat(['redrive', '--dry-run', '--data', nowhere])).stdout).toBe(
      '0 dead letters would be sent back\n',
    );
  });

  it('sends the alerts that publish rejected back from their queue, once', async () => {
    const alert = record({ topic: topics.alerts, value: Buffer.from('no alert') });
    const refusal = { record: { ...alert, offset: 7, timestampMs: 1_000 }, reason: 'not JSON', detail: 'why' };
    const ports = {
      deadLetters: connectRejectedAlerts(process.env),
      layout: defaultLayout,
      telemetry: silentTelemetry,
    };
    for (const refusals of [[refusal], [refusal]]) await rejectRecords('publish', refusals, ports);

    const dry = await offbeat(['redrive', '--dry-run', '--stage', 'publish', '--data', nowhere]);
    expect(dry).toMatchObject({ status: 0, stderr: '' });
    expect(dry.stdout).toMatch(/^queue\/\S+ {2}offbeat.alerts {2}publish {2}not JSON: why$/m);
    const sent = await offbeat(['redrive', '--stage', 'publish', '--data', nowhere]);
    expect(sent).toMatchObject({ status: 0, stderr: '' });
    expect(sent.stdout).toBe('1 dead letter sent back; the processes that read that Kafka process them\n');
    const alerts = await reader.read(topics.alerts, 0);
    expect(alerts.map(({ value, headers }) => [`${value}`, headers[header.position]])).toEqual([
      ['no alert', expect.stringMatching(/^redrive\//)],
    ]);
    const again = await offbeat(['redrive', '--dry-run', '--stage', 'publish', '--data', nowhere]);
    expect(again.stdout).toBe('0 dead letters would be sent back\n');
  });

  it('leaves what does not match in its place, visible to others at once', async () => {
    await connectQueue(process.env).deadLetter('given up', 'hook: refused');
    const none = await offbeat(['redrive', '--reason', 'something else', '--data', nowhere]);
    expect(none.stdout).toMatch(/^0 dead letters sent back/);
    expect((await offbeat(['redrive', '--dry-run', '--data', nowhere])).stdout).toMatch(/^message\/\S+ {2}notify/);
  });

  it('needs the store where the store contains the rest of the data', async () => {
    vi.stubEnv('OFFBEAT_S3_ENDPOINT', '');
    const { status, stderr } = await offbeat(['redrive', '--data', nowhere]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^offbeat: there is no store in .*nowhere/);
  });
});

/** Returns all that the partitions of normalise and detect hold, in an epoch. */
async function expectAllCounted(epoch: number): Promise<void> {
  const { ledger } = running.ports;
  const keys = (await ledger.keys()).filter(({ stage }) => stage !== 'alert');
  expect(keys.map(({ stage }) => stage).sort()).toEqual(['detect', 'detect', 'normalise']);
  for (const key of keys) {
    const item = await ledger.read(key);
    expect([item.epoch, item.nextOffset]).toEqual([epoch, await reader.endOffset(key.topic, key.partition)]);
  }
}

describe('new-epoch on real servers', () => {
  it('raises the epoch of a running process, which continues with it and counts nothing twice', async () => {
    await running.start();
    await running.append([live('node-a'), live('node-b'), live('node-c')]);
    await vi.waitFor(() => expectAllCounted(0), patience);
    const { status, stdout, stderr } = await offbeat(['new-epoch', 'detect', '--data', nowhere]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^detect offbeat.samples\/0 is at epoch 1 and continues with the next record that arrives/);
    expect(stdout).toMatch(/^detect offbeat.samples\/1 is at epoch 1/m);
    expect((await offbeat(['new-epoch', 'normalise', '--data', nowhere])).stdout).toMatch(
      /^normalise offbeat.beats\/0 is at epoch 1 and continues with the next record that arrives/,
    );

    await running.append([live('node-a'), live('node-b'), live('node-c')]);
    await vi.waitFor(async () => {
      expect(samples()).toBe(6);
      await expectAllCounted(1);
    }, patience);
    const { counts, status: health } = await running.health();
    expect(health).toBe('ok');
    expect(counts).not.toHaveProperty('records_duplicate{stage=detect}');
  });
});
