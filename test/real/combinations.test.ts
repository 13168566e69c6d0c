import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import type { Environment } from '../../functions/shared/environment/variables.ts';
import { freshLedgerItem } from '../../functions/shared/ports/ledger.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import { unique } from '../contract/unique.ts';
import { loadDocuments, writeLoadRecording } from '../support/load-recording.ts';
import { freshServers } from './fresh-servers.ts';
import { refresh } from './opensearch.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-combinations-'));
const recording = join(directory, 'load.ndjson');
beforeAll(() => writeLoadRecording(recording));
afterAll(() => rmSync(directory, { recursive: true }));

const kafka = 'OFFBEAT_KAFKA_BROKERS';
const openSearch = 'OFFBEAT_OPENSEARCH_URL';
const dynamodb = 'OFFBEAT_DYNAMODB_ENDPOINT';
const s3 = 'OFFBEAT_S3_ENDPOINT';
const sns = 'OFFBEAT_SNS_ENDPOINT';
const servers = [kafka, openSearch, dynamodb, s3, sns];

const combinations = [
  [kafka],
  [openSearch],
  [dynamodb],
  [s3],
  [sns],
  [dynamodb, s3],
  [kafka, openSearch],
  [kafka, dynamodb, s3],
  [openSearch, s3, sns],
  servers,
];

/** The server behind each port, where one is named. */
const usesOf: Readonly<Record<string, object>> = {
  [kafka]: { eventLog: expect.stringMatching(/^Kafka at 127/) },
  [openSearch]: { warehouse: expect.stringMatching(/^OpenSearch at http/) },
  [dynamodb]: { ledger: expect.stringMatching(/^DynamoDB at http/) },
  [s3]: { objects: expect.stringMatching(/^S3 at http/) },
  [sns]: { publisher: expect.stringMatching(/^SNS at http/) },
};
const sqlite = {
  eventLog: 'SQLite',
  ledger: 'SQLite',
  objects: 'SQLite',
  warehouse: 'SQLite',
  publisher: 'SQLite',
};

describe('the flow', () => {
  it.each(combinations.map((named) => ({ named, words: named.join(' + ') })))(
    'makes an alert of documents, and continues after a restart, with $words',
    async ({ named }) => {
      const all = await freshServers();
      const others = new Set([...servers.filter((name) => !named.includes(name)), ...(named.includes(sns) ? [] : sqs)]);
      const env = Object.fromEntries(Object.entries(all).filter(([name]) => !others.has(name)));
      await expectFlow(env, Object.assign({}, sqlite, ...named.map((name) => usesOf[name])));
    },
  );
});

describe('servers without anything of Offbeat', () => {
  it('get what is missing, under names that a second start finds', async () => {
    const names = ['OFFBEAT_LEDGER_TABLE', 'OFFBEAT_DELIVERIES_TABLE', 'OFFBEAT_OBJECTS_BUCKET'];
    const queues = ['OFFBEAT_QUEUE_URL', 'OFFBEAT_DEAD_LETTERS_URL', 'OFFBEAT_ATTEMPTS_QUEUE_URL'];
    const fanOut = ['OFFBEAT_ALERT_TOPIC_ARN', ...queues];
    const env = Object.fromEntries(
      Object.entries(await freshServers()).filter(([name]) => ![...names, ...fanOut].includes(name)),
    );
    const key = { stage: unique('detect'), topic: 'offbeat.samples', partition: 0 };
    const [object, bytes] = [unique('object'), Buffer.from('kept')];
    const open = async () =>
      disposable(await openEmbedded({ dataDir: undefined, settings: defaultSettings, terminal: () => {}, env }));

    await using first = await open();
    await first.ports.ledger.advance(key, freshLedgerItem, { ...freshLedgerItem, attempt: object });
    await first.ports.objects.put(object, bytes);
    await first.ports.queue.deadLetter('given up', object);
    await first.close();

    await using second = await open();
    expect(await second.ports.ledger.read(key)).toMatchObject({ txn: 1, attempt: object });
    expect(await second.ports.objects.get(object)).toEqual(bytes);
    const { deadMessages } = second.backends;
    const left = await deadMessages.list();
    expect(left.map(({ reason }) => reason)).toContain(object);
    await deadMessages.release();
    await second.close();
  });
});

const sqs = ['OFFBEAT_SQS_ENDPOINT'];

async function expectFlow(env: Environment, uses: object): Promise<void> {
  const dataDir = mkdtempSync(join(directory, 'data-'));
  let printed = '';
  const terminal = (text: string) => {
    printed += text;
  };
  const open = () => openEmbedded({ dataDir, settings: defaultSettings, terminal, env });

  await using first = disposable(await open());
  expect(first.backends.uses).toEqual(uses);
  await first.replay({ file: recording, cluster: 'recorded' });
  await settled(first, () => expect(printed).toMatch(/resolved/i));
  expect(await counted(first)).toEqual({ samples: loadDocuments.length, alerts: 1 });
  await first.close();
  const before = printed;

  await using second = disposable(await open());
  expect(await second.replay({ file: recording, cluster: 'recorded' })).toMatchObject({ doneBefore: true });
  await second.append([liveDocument()]);
  await settled(second, async () => {
    expect(await counted(second)).toEqual({ samples: loadDocuments.length + 1, alerts: 1 });
  });
  // It continued where it was: nothing was read again, and no page was sent again.
  expect(second.telemetry.counts()).toMatchObject({ documents_read: 1, samples_made: 1 });
  expect(printed).toBe(before);
  await second.close();
}

/** Makes an embedded run disposable, so that it is closed however the test ends. */
function disposable(embedded: Embedded): Embedded & AsyncDisposable {
  return Object.assign(embedded, { [Symbol.asyncDispose]: () => embedded.close() });
}

/** Waits until SNS has sent a message to its queue, which takes a while. */
async function settled(embedded: Embedded, check: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(
    async () => {
      await embedded.drain();
      if (embedded.backends.uses.warehouse !== 'SQLite') await refresh();
      await check();
    },
    { timeout: 60_000, interval: 100 },
  );
}

async function counted({ ports: { warehouse } }: Embedded) {
  return { samples: await warehouse.count('offbeat-samples'), alerts: await warehouse.count('offbeat-alerts') };
}

const liveDocument = () => ({ ...loadDocuments[0], '@timestamp': new Date().toISOString() });
