import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Health } from '../../functions/api/health.ts';
import { isDocument } from '../../functions/normalise/normalise.ts';
import type { Environment } from '../../functions/shared/environment/variables.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import { loadDocuments } from '../support/load-recording.ts';
import { newBucket, newTable, region } from './aws.ts';
import { KafkaReader, recreateTopics, sharedKafka } from './kafka.ts';
import { OffbeatProcess } from './offbeat-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-one-process-'));
afterAll(() => rmSync(directory, { recursive: true }));

const processes: OffbeatProcess[] = [];
beforeEach(() => recreateTopics(sharedKafka(), onePartitionEach));
afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.end('SIGTERM')));
});

const patience = { timeout: 60_000, interval: 50 };

/** Starts a process with Kafka, and SQLite for the rest unless `more` names another server. */
function start(name: string, session = '4s', more: Environment = {}): OffbeatProcess {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, OFFBEAT_KAFKA_BROKERS: sharedKafka().brokers.join(','), OFFBEAT_KAFKA_SESSION: session };
  const started = new OffbeatProcess(join(directory, name), { ...env, ...more });
  processes.push(started);
  return started;
}

/** Ships a document to it, and waits until it has counted it. */
async function feed({ url }: OffbeatProcess, samples: number): Promise<void> {
  const document = JSON.stringify({ ...loadDocuments[0], '@timestamp': new Date().toISOString() });
  const body = `{"create":{}}\n${document}\n`;
  await fetch(`${url}/_bulk`, { method: 'POST', body, headers: { 'content-type': 'application/x-ndjson' } });
  await vi.waitFor(async () => {
    const { totals } = (await (await fetch(`${url}/api/health`)).json()) as Health;
    expect(totals.samples).toBe(samples);
  }, patience);
}

/** Ships a document under one `_id` by the bulk API. @returns its status there */
async function shipUnderOneId({ url }: OffbeatProcess): Promise<number | undefined> {
  const body = `{"create":{"_id":"1"}}\n${JSON.stringify(loadDocuments[0])}\n`;
  const headers = { 'content-type': 'application/x-ndjson' };
  const answer = await fetch(`${url}/_bulk`, { method: 'POST', body, headers });
  const { items } = (await answer.json()) as { readonly items: readonly { readonly create: { status: number } }[] };
  return items[0]?.create.status;
}

/** Creates what a process needs in order to share: tables and a bucket of its own, without anything of other tests. */
async function freshServersBesideKafka(): Promise<Environment> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, OFFBEAT_DYNAMODB_ENDPOINT, OFFBEAT_S3_ENDPOINT } = process.env;
  return {
    AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY,
    AWS_REGION: region,
    OFFBEAT_DYNAMODB_ENDPOINT,
    OFFBEAT_S3_ENDPOINT,
    OFFBEAT_LEDGER_TABLE: await newTable('ledger'),
    OFFBEAT_DELIVERIES_TABLE: await newTable('deliveries'),
    OFFBEAT_OBJECTS_BUCKET: await newBucket(),
  };
}

const waits =
  /^\d\d:\d\d:\d\d warning: another offbeat reads from this Kafka \(group offbeat-normalise\), or was killed a moment ago: waiting/;
const refusal =
  'offbeat: another offbeat reads from this Kafka (group offbeat-normalise), and without OFFBEAT_DYNAMODB_ENDPOINT and ' +
  'OFFBEAT_S3_ENDPOINT only one process may, because it keeps the rest of its state in its own file; stop it\n';

describe('a Kafka log with a SQLite ledger', () => {
  it('allows one process: another waits, reports that, and gives up, while the first continues', async () => {
    const first = start('running');
    await first.isUp();
    await feed(first, 1);
    const second = start('beside');
    expect(await second.status()).toBe(2);
    const [waiting, ...rest] = second.complained.split(/(?<=\n)/);
    expect(waiting).toMatch(waits);
    expect(rest).toEqual([refusal]);
    await feed(first, 2);
    expect(first.complained).toBe('');
  });

  it('is owned by one of several processes that start at once', async () => {
    const all = ['a', 'b', 'c'].map((name) => start(name));
    await vi.waitUntil(() => all.filter(({ hasEnded }) => hasEnded).length === 2, patience);
    const [winner] = all.filter(({ hasEnded }) => !hasEnded);
    for (const loser of all.filter((one) => one !== winner)) {
      expect(await loser.status()).toBe(2);
      expect(loser.complained).toMatch(
        /^offbeat: another offbeat reads from this Kafka \(group [\w-]+\), and without/m,
      );
    }
    await winner!.isUp();
    await feed(winner!, 1);
  });

  it('is continued by a restart, which waits until the group forgets the killed process', async () => {
    // Longer than a start takes on a busy machine.
    const killed = start('restarted', '15s');
    await killed.isUp();
    await feed(killed, 1);
    await killed.end('SIGKILL');
    const next = start('restarted', '15s');
    await next.isUp();
    expect(next.complained).toMatch(waits);
    await feed(next, 2);
  });

  it('contains a document once that is shipped again under its _id, even after a restart', async () => {
    const first = start('repeated');
    await first.isUp();
    expect([await shipUnderOneId(first), await shipUnderOneId(first)]).toEqual([201, 409]);
    await first.end('SIGTERM');
    const next = start('repeated');
    await next.isUp();
    expect(await shipUnderOneId(next)).toBe(409);
    const reader = new KafkaReader(sharedKafka());
    const documents = (await reader.read(topics.beats, 0)).filter(isDocument);
    expect(documents.map(({ value }) => `${value}`)).toEqual([JSON.stringify(loadDocuments[0])]);
    await reader.close();
  });

  it('makes its process report another one that joins the group', async () => {
    const first = start('alone');
    await first.isUp();
    const all = await freshServersBesideKafka();
    const second = start('believing', '4s', all);
    await second.isUp();
    const complaint = /^\d\d:\d\d:\d\d error: another offbeat reads from this Kafka .*; stop it$/m;
    await vi.waitUntil(() => complaint.test(first.complained), patience);
    expect(second.complained).not.toMatch(/another offbeat/);
  });

  it('is released by a process that is stopped, so that the next one does not wait', async () => {
    const stopped = start('stopped');
    await stopped.isUp();
    expect(await stopped.end('SIGTERM')).toBe(0);
    const next = start('stopped');
    await next.isUp();
    expect(next.complained).not.toMatch(waits);
  });

  it('is waited for until Ctrl-C at most', async () => {
    await start('there').isUp();
    const waiting = start('waiting');
    await vi.waitUntil(() => waits.test(waiting.complained), patience);
    expect(await waiting.end('SIGINT')).toBe(0);
    expect(waiting.complained.match(/\n/g)).toHaveLength(1);
  });
});
