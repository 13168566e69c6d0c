import { gzipSync } from 'node:zlib';
import { Client } from '@elastic/elasticsearch';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore, type Store } from '../../functions/shared/adapters/sqlite/store.ts';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import { defaultLayout } from '../../functions/shared/domain/settings.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import { silentTelemetry } from '../../functions/shared/ports/telemetry.ts';
import { bulkBytesMax, bulkRoutes, itemsMax } from '../../local/bulk-door.ts';
import { bulkThrough } from '../../local/bulk-through.ts';
import { type RunningServer, serve } from '../../local/server.ts';
import { MemoryLog } from '../support/memory-ports.ts';

const backlogMax = 10_010;

let log: MemoryLog;
let store: Store;
let backlog: () => number;
let server: RunningServer;

beforeEach(async () => {
  log = new MemoryLog();
  backlog = () => 0;
  store = openStore(':memory:', defaultLayout, systemClock);
  server = await serve({
    port: 0,
    routes: bulkRoutes({
      bulkLog: bulkThrough(log, store.bulkIdentities, silentTelemetry),
      layout: defaultLayout,
      telemetry: silentTelemetry,
      backlog: () => backlog(),
      backlogMax,
    }),
    report: () => {},
  });
});
afterEach(async () => {
  await server.close();
  store.close();
});

const beats = (): string[] => log.records('offbeat.beats').map(({ value }) => `${value}`);

function post(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
  const all = { 'content-type': 'application/x-ndjson', ...headers };
  return fetch(`${server.url}${path}`, { method: 'POST', body: new Uint8Array(Buffer.from(body)), headers: all });
}

describe("Elasticsearch's own client", () => {
  const documents = Array.from({ length: 250 }, (_, n) => ({ '@timestamp': '2026-11-23T15:00:00Z', n }));

  it.each([true, false])('ships documents in order with its bulk helper (gzip: %s)', async (compression) => {
    const client = new Client({ node: server.url, compression });
    const result = await client.helpers.bulk({
      datasource: documents,
      onDocument: () => ({ create: { _index: 'metricbeat-8.17.0' } }),
      flushBytes: 2_000,
      concurrency: 1,
    });
    await client.close();
    expect(result).toMatchObject({ total: 250, successful: 250, failed: 0, aborted: false });
    expect(beats()).toEqual(documents.map((document) => JSON.stringify(document)));
  });

  it('is told of a backlog by 429, tries again, and drops only what has no room after all', async () => {
    const client = new Client({ node: server.url });
    backlog = () => backlogMax;
    const dropped: number[] = [];
    const result = await client.helpers.bulk({
      datasource: documents.slice(0, 3),
      onDocument: () => ({ create: { _index: 'metricbeat' } }),
      onDrop: ({ status }) => dropped.push(status),
      retries: 1,
      wait: 1,
    });
    await client.close();
    expect(result).toMatchObject({ failed: 3, successful: 0 });
    expect(dropped).toEqual([429, 429, 429]);
    expect(beats()).toEqual([]);
  });

  it('gets through as soon as there is room', async () => {
    const client = new Client({ node: server.url });
    let requests = 0;
    backlog = () => {
      requests += 1;
      return requests === 1 ? backlogMax : 0;
    };
    const result = await client.helpers.bulk({
      datasource: documents.slice(0, 3),
      onDocument: () => ({ create: { _index: 'metricbeat' } }),
      wait: 1,
    });
    await client.close();
    expect(requests).toBe(2);
    expect(result).toMatchObject({ successful: 3, failed: 0 });
    expect(beats()).toHaveLength(3);
  });

  it('recognises the product, its version and its licence', async () => {
    const client = new Client({ node: server.url });
    const info = await client.info();
    expect(info.version.number).toMatch(/^8\./);
    expect(info.tagline).toBe('You Know, for Search');
    expect(await client.ping()).toBe(true);
    expect((await client.license.get()).license.status).toBe('active');
    await client.close();
  });
});

describe('what a Beat asks before it ships', () => {
  it('finds no template and may put its own; so with life times, data streams and pipelines', async () => {
    for (const path of [
      '/_index_template/metricbeat-8.17.0',
      '/_ilm/policy/metricbeat',
      '/_data_stream/metricbeat-8.17.0',
      '/_ingest/pipeline/filebeat-8.17.0-system-auth-pipeline',
    ]) {
      expect((await fetch(`${server.url}${path}`, { method: 'HEAD' })).status).toBe(404);
      const put = await fetch(`${server.url}${path}`, { method: 'PUT', body: '{}' });
      expect(await put.json()).toEqual({ acknowledged: true });
      expect(put.headers.get('x-elastic-product')).toBe('Elasticsearch');
    }
  });

  it('learns of the licence and the features', async () => {
    const license = await (await fetch(`${server.url}/_license?human=false`)).json();
    expect(license).toMatchObject({ license: { status: 'active', type: 'basic' } });
    const xpack = await (await fetch(`${server.url}/_xpack`)).json();
    expect(xpack).toMatchObject({ features: { ilm: { available: true, enabled: true } } });
  });

  it('is told that there is nothing elsewhere', async () => {
    expect((await fetch(`${server.url}/metricbeat/_search`)).status).toBe(404);
  });
});

describe('a bulk request', () => {
  it('answers each document in order', async () => {
    const lines = [
      '{"create":{}}',
      '{"a":1}',
      '{"index":{"_id":"7"}}',
      'broken',
      '{"delete":{"_id":"1"}}',
      '{"create":{}}',
      '{}',
    ];
    const response = await post('/metricbeat/_bulk', `${lines.join('\n')}\n`);
    const { errors, items } = (await response.json()) as {
      errors: boolean;
      items: Record<string, { status: number }>[];
    };
    expect(errors).toBe(true);
    expect(items.flatMap((item) => Object.entries(item).map(([action, { status }]) => `${action} ${status}`))).toEqual([
      'create 201',
      'index 400',
      'delete 400',
      'create 201',
    ]);
    expect(items[1]).toMatchObject({ index: { _index: 'metricbeat', _id: '7' } });
    expect(beats()).toEqual(['{"a":1}', '{}']);
  });

  it("keeps a host's documents on one key", async () => {
    await post('/_bulk', '{"create":{}}\n{"host":{"name":"node-a"}}\n');
    expect(log.records('offbeat.beats')[0]).toMatchObject({ key: 'node-a', headers: {} });
  });

  it('refuses a document of more than 4.5 MB, and takes one of just that', async () => {
    const document = (bytes: number): string => `{"x":"${'x'.repeat(bytes - 8)}"}`;
    const body = `{"create":{}}\n${document(4_500_001)}\n{"create":{}}\n${document(4_500_000)}\n`;
    const { items } = (await (await post('/_bulk', body)).json()) as { items: { create: { status: number } }[] };
    expect(items.map(({ create }) => create.status)).toEqual([413, 201]);
  });

  it('is refused whole with 400 where it cannot be read', async () => {
    const response = await post('/_bulk', '{"create":{}}\n{}\nbroken\n{}\n');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'illegal_argument_exception' } });
    expect(beats()).toEqual([]);
  });

  it('may be packed', async () => {
    await post('/_bulk', gzipSync('{"create":{}}\n{}\n'), { 'content-encoding': 'gzip' });
    expect(beats()).toEqual(['{}']);
  });

  it.each([
    ['not gzip', Buffer.from('plain'), 'gzip', 400],
    ['in another encoding', Buffer.from('plain'), 'br', 415],
    ['a bomb', gzipSync(Buffer.alloc(101_000_000)), 'gzip', 413],
  ])('is refused when its body is %s', async (_, body, encoding, status) => {
    expect((await post('/_bulk', body, { 'content-encoding': encoding })).status).toBe(status);
  });

  const itemsOf = (count: number, item = '{"create":{}}\n{}\n'): string => item.repeat(count);

  it('may have 10,000 items, and is refused whole with one more', async () => {
    expect((await post('/_bulk', itemsOf(itemsMax))).status).toBe(200);
    expect(beats()).toHaveLength(itemsMax);
    for (const item of [undefined, '{"delete":{}}\n', '{"update":{}}\n{}\n']) {
      const response = await post('/_bulk', gzipSync(itemsOf(itemsMax + 1, item)), { 'content-encoding': 'gzip' });
      expect([response.status, await response.json()]).toMatchObject([
        413,
        {
          status: 413,
          error: {
            type: 'content_too_large',
            reason: `the request has more than ${itemsMax} items; send fewer at once`,
            root_cause: [{ type: 'content_too_large' }],
          },
        },
      ]);
    }
    expect(beats()).toHaveLength(itemsMax);
  });

  it('may have 32 MB, empty lines included, and is refused whole with one byte more', async () => {
    const padded = (bytes: number) =>
      gzipSync(Buffer.concat([Buffer.alloc(bytes - 18, '\n'), Buffer.from('{"create":{}}\n{ }\n')]));
    expect((await post('/_bulk', padded(bulkBytesMax), { 'content-encoding': 'gzip' })).status).toBe(200);
    const response = await post('/_bulk', padded(bulkBytesMax + 1), { 'content-encoding': 'gzip' });
    expect([response.status, await response.json()]).toMatchObject([413, { error: { type: 'content_too_large' } }]);
    expect(beats()).toEqual(['{ }']);
  });

  it('has as many of its documents taken as may wait, and 429 for the others', async () => {
    backlog = () => backlogMax - 2;
    const response = await post('/_bulk', itemsOf(4));
    const { items } = (await response.json()) as { items: { create: { status: number; error?: { type: string } } }[] };
    expect(items.map(({ create }) => create.status)).toEqual([201, 201, 429, 429]);
    expect(items[3]!.create.error!.type).toBe('es_rejected_execution_exception');
    expect(beats()).toHaveLength(2);
  });

  it('leaves no room to another for the documents that it has in flight', async () => {
    backlog = () => backlogMax - 3;
    const append = log.append.bind(log);
    const goOn = Promise.withResolvers<void>();
    let begun = 0;
    log.append = async (records) => {
      begun += 1;
      await goOn.promise;
      return append(records);
    };
    const first = post('/_bulk', itemsOf(2));
    await vi.waitUntil(() => begun === 1);
    const second = post('/_bulk', itemsOf(2));
    await vi.waitUntil(() => begun === 2);
    goOn.resolve();
    const statuses = [];
    for (const response of await Promise.all([first, second])) {
      const { items } = (await response.json()) as { items: { create: { status: number } }[] };
      statuses.push(...items.map(({ create }) => create.status));
    }
    expect(statuses).toEqual([201, 201, 201, 429]);
  });

  it('is refused with 429 and Retry-After while others hold what memory there is', async () => {
    const goOn = Promise.withResolvers<readonly []>();
    let holding = 0;
    log.append = () => {
      holding += 1;
      return goOn.promise;
    };
    const large = gzipSync(itemsOf(30, `{"create":{}}\n{"x":"${'x'.repeat(1_000_000)}"}\n`));
    const held = [1, 2].map(() => post('/_bulk', large, { 'content-encoding': 'gzip' }));
    await vi.waitUntil(() => holding === 2);
    const refused = await post('/_bulk', large, { 'content-encoding': 'gzip' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await refused.json()).toMatchObject({ error: { type: 'es_rejected_execution_exception' } });
    goOn.resolve([]);
    for (const response of await Promise.all(held)) await response.json();
    expect((await post('/_bulk', large, { 'content-encoding': 'gzip' })).status).toBe(200);
  });

  it('is answered document by document where the log takes the first of them and then no more', async () => {
    const append = log.append.bind(log);
    let appends = 0;
    log.append = (records) => {
      appends += 1;
      return appends === 1 ? append(records) : Promise.reject(new UnavailableError('the disk is full'));
    };
    const response = await post('/_bulk', itemsOf(5_000));
    const { errors, items } = (await response.json()) as { errors: boolean; items: { create: { status: number } }[] };
    const statuses = items.map(({ create }) => create.status);
    const taken = statuses.filter((status) => status === 201).length;
    expect([response.status, errors, beats().length]).toEqual([200, true, taken]);
    expect(taken).toBeGreaterThan(0);
    expect(new Set(statuses.slice(taken))).toEqual(new Set([503]));
  });

  it('takes no index whose name is longer than 255 bytes, and does not repeat it', async () => {
    const long = 'i'.repeat(10_000);
    const inPath = await post(`/${long}/_bulk`, itemsOf(1));
    expect([inPath.status, (await inPath.text()).length < 1_000]).toEqual([400, true]);
    const inItem = await (await post('/_bulk', `{"create":{"_index":"${long}"}}\n{}\n`)).text();
    expect(JSON.parse(inItem).items[0].create).toMatchObject({
      status: 400,
      error: { type: 'invalid_index_name_exception' },
    });
    expect(inItem.length).toBeLessThan(1_000);
    expect(beats()).toEqual([]);
  });

  it('is refused as plain text, which a page of another site could post', async () => {
    const response = await post('/_bulk', '{"create":{}}\n{}\n', { 'content-type': 'text/plain' });
    expect(response.status).toBe(406);
    expect(beats()).toEqual([]);
  });

  it('is answered with 503 when the log takes nothing, so that the Beat comes again', async () => {
    log.append = () => Promise.reject(new UnavailableError('the disk is full'));
    expect((await post('/_bulk', '{"create":{}}\n{}\n')).status).toBe(503);
  });
});
