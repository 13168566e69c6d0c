import { Client } from '@elastic/elasticsearch';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { bulkRoutes } from '../../../local/bulk/bulk-api.ts';
import { type RunningServer, serve } from '../../../local/http/server.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { openStore, type Store } from '../../../local/sqlite/store.ts';
import { ManualClock } from '../memory-broker.ts';

let store: Store;
let telemetry: MemoryTelemetry;
let backlog: number;
let noted: number[];
let server: RunningServer;

beforeEach(async () => {
  const clock = new ManualClock();
  store = openStore(':memory:', defaultLayout, clock);
  telemetry = new MemoryTelemetry(() => {});
  backlog = 0;
  noted = [];
  server = await serve({
    port: 0,
    routes: bulkRoutes({
      bulkLog: store.bulkLog,
      layout: defaultLayout,
      telemetry,
      backlog: () => backlog,
      backlogMax: 1_000,
      noteDocumentTime: (timeMs) => noted.push(timeMs),
    }),
    report: () => {},
  });
});
afterEach(async () => {
  await server.close();
  store.close();
});

/** Returns the documents of all partitions. */
const beats = (): string[] =>
  Array.from({ length: defaultLayout.partitions[topics.beats] }, (_, partition) =>
    store.broker.read(topics.beats, partition, 0, { recordsMax: 1e6, bytesMax: 1e9 }).map(({ value }) => `${value}`),
  ).flat();

interface Answer {
  readonly errors: boolean;
  readonly items: readonly Readonly<Record<string, Readonly<Record<string, unknown>>>>[];
}

async function post(...lines: readonly object[]): Promise<Answer> {
  const response = await fetch(`${server.url}/_bulk`, {
    method: 'POST',
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    headers: { 'content-type': 'application/x-ndjson' },
  });
  return (await response.json()) as Answer;
}

const statusesOf = ({ items }: Answer) => items.flatMap((item) => Object.values(item).map(({ status }) => status));

const logLine = (offset: number, message: string) => ({
  '@timestamp': '2026-11-28T10:00:00.000Z',
  host: { name: 'node-a' },
  log: { file: { path: '/var/log/app.log', device_id: '64768', inode: '1592008' }, offset },
  message,
});

describe("Elasticsearch's own client", () => {
  const documents = Array.from({ length: 250 }, (_, n) => ({ '@timestamp': '2026-11-28T10:00:00Z', n }));

  const ship = (client: Client, action: 'create' | 'index', dropped: number[]) =>
    client.helpers.bulk({
      datasource: documents,
      onDocument: ({ n }) =>
        action === 'create'
          ? { create: { _index: 'logs', _id: `id-${n}` } }
          : [{ index: { _index: 'logs', _id: `id-${n}` } }, documents[n]!],
      onDrop: ({ status }) => dropped.push(status),
      flushBytes: 2_000,
      wait: 1,
    });

  it('gets conflicts for documents that it ships again with the same _id, and nothing is appended twice', async () => {
    const client = new Client({ node: server.url });
    const dropped: number[] = [];
    expect(await ship(client, 'create', dropped)).toMatchObject({ successful: 250, failed: 0, retry: 0 });
    expect(await ship(client, 'create', dropped)).toMatchObject({ successful: 0, failed: 250, retry: 0 });
    await client.close();
    expect(dropped).toEqual(documents.map(() => 409));
    expect(beats().sort()).toEqual(documents.map((document) => JSON.stringify(document)).sort());
    expect(telemetry.counts()).toEqual({ 'documents_repeated{identity=_id}': 250 });
  });

  it('gets updates for documents that it indexes again', async () => {
    const client = new Client({ node: server.url });
    const dropped: number[] = [];
    await ship(client, 'index', dropped);
    expect(await ship(client, 'index', dropped)).toMatchObject({ successful: 250, failed: 0 });
    await client.close();
    expect(dropped).toEqual([]);
    expect(beats()).toHaveLength(250);
  });
});

describe('a document with an _id that was appended before', () => {
  // https://github.com/elastic/elasticsearch/pull/112537 shows both answers of Elasticsearch 8.
  it('is a conflict for create, worded as by Elasticsearch', async () => {
    await post({ create: { _index: 'logs', _id: '1' } }, { a: 1 });
    expect(await post({ create: { _index: 'logs', _id: '1' } }, { a: 2 })).toEqual({
      took: 0,
      errors: true,
      items: [
        {
          create: {
            _index: 'logs',
            _id: '1',
            status: 409,
            error: {
              type: 'version_conflict_engine_exception',
              reason: '[1]: version conflict, document already exists (current version [1])',
              index_uuid: '_na_',
              shard: '0',
              index: 'logs',
            },
          },
        },
      ],
    });
    expect(beats()).toEqual(['{"a":1}']);
  });

  it('is an update for index, with a version that rises', async () => {
    const index = { index: { _index: 'logs', _id: '1' } };
    const { items } = await post(index, { a: 1 }, index, { a: 2 }, { create: index.index }, {}, index, { a: 3 });
    const shards = { total: 1, successful: 1, failed: 0 };
    const common = { _index: 'logs', _id: '1', _shards: shards };
    expect(items).toMatchObject([
      { index: { ...common, _version: 1, result: 'created', status: 201 } },
      { index: { ...common, _version: 2, result: 'updated', status: 200 } },
      { create: { error: { reason: expect.stringContaining('(current version [2])') }, status: 409 } },
      { index: { ...common, _version: 3, result: 'updated', status: 200 } },
    ]);
    expect(await post(index, { a: 4 })).toMatchObject({ errors: false, items: [{ index: { _version: 4 } }] });
    expect(beats()).toEqual(['{"a":1}']);
  });

  it('is another one in another index', async () => {
    const answer = await post({ create: { _index: 'a', _id: '1' } }, {}, { create: { _index: 'b', _id: '1' } }, {});
    expect(statusesOf(answer)).toEqual([201, 201]);
  });

  it('is accepted if it was refused before: too large, not JSON, or too many were waiting', async () => {
    const tooLarge = { x: 'x'.repeat(4_500_000) };
    const action = (id: string) => ({ create: { _index: 'logs', _id: id } });
    expect(statusesOf(await post(action('1'), tooLarge, action('1'), { a: 1 }, action('2'), []))).toEqual([
      413, 201, 400,
    ]);
    backlog = 1_000;
    expect(statusesOf(await post(action('3'), { a: 3 }))).toEqual([429]);
    backlog = 0;
    expect(statusesOf(await post(action('2'), { a: 2 }, action('3'), { a: 3 }))).toEqual([201, 201]);
    expect(beats()).toEqual(['{"a":1}', '{"a":2}', '{"a":3}']);
  });
});

describe('a line of a file that was appended before', () => {
  it('gets the answer for a new one, is not appended again, and is counted', async () => {
    const lines = [
      { create: { _index: 'filebeat' } },
      logLine(0, 'a'),
      { create: { _index: 'filebeat' } },
      logLine(2, 'b'),
    ];
    await post(...lines);
    const answer = await post(...lines, { create: { _index: 'filebeat' } }, logLine(4, 'c'));
    expect(answer.errors).toBe(false);
    expect(answer.items.map(({ create }) => create)).toEqual(
      [1, 2, 3].map(() => expect.objectContaining({ _version: 1, result: 'created', status: 201 })),
    );
    expect(beats()).toEqual([logLine(0, 'a'), logLine(2, 'b'), logLine(4, 'c')].map((line) => JSON.stringify(line)));
    expect(telemetry.counts()).toEqual({ 'documents_repeated{identity=line}': 2 });
  });

  it('is appended again with an _id', async () => {
    await post({ create: {} }, logLine(0, 'a'));
    expect(statusesOf(await post({ create: { _id: '1' } }, logLine(0, 'a')))).toEqual([201]);
    expect(beats()).toHaveLength(2);
  });
});

it('reports the times of documents before it appends them', async () => {
  const append = store.bulkLog.append.bind(store.bulkLog);
  let before: number[] = [];
  store.bulkLog.append = (entries) => {
    before = [...noted];
    return append(entries);
  };
  await post({ create: {} }, { '@timestamp': '2026-11-28T10:00:00Z' }, { create: {} }, { '@timestamp': 'soon' });
  expect(before).toEqual([Date.parse('2026-11-28T10:00:00Z')]);
});

it('beats contains each index and _id once, whatever requests arrive', async () => {
  const action = fc.constantFrom('create', 'index');
  const document = fc.record({
    action,
    index: fc.constantFrom('a', 'b'),
    id: fc.nat({ max: 4 }),
    host: fc.nat({ max: 2 }),
  });
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(document, { maxLength: 6 }), { maxLength: 5 }), async (requests) => {
      runs += 1;
      const before = beats().length;
      const first = new Map<string, string>();
      for (const documents of requests) {
        const answer = await post(
          ...documents.flatMap(({ action, index, id, host }, nth) => {
            const name = `${runs} ${index} ${id}`;
            const source = { host: { name: `node-${host}` }, name, nth };
            if (!first.has(name)) first.set(name, JSON.stringify(source));
            return [{ [action]: { _index: index, _id: `${runs} ${id}` } }, source];
          }),
        );
        expect(answer.items?.length ?? 0).toBe(documents.length);
      }
      const ofRun = beats().filter((value) => (JSON.parse(value).name ?? '').startsWith(`${runs} `));
      expect(ofRun.sort()).toEqual([...first.values()].sort());
      expect(beats().length).toBe(before + first.size);
    }),
    { numRuns: 30 },
  );
});
