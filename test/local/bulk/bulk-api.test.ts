import { gzipSync } from 'node:zlib';
import { Client } from '@elastic/elasticsearch';
import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { backlogMax, bulkServer } from './bulk-server.ts';

const api = bulkServer();

describe("Elasticsearch's own client", () => {
  const documents = Array.from({ length: 250 }, (_, n) => ({ '@timestamp': '2026-11-23T15:00:00Z', n }));

  it.each([true, false])('ships documents in order with its bulk helper (gzip: %s)', async (compression) => {
    const client = new Client({ node: api.url, compression });
    const result = await client.helpers.bulk({
      datasource: documents,
      onDocument: () => ({ create: { _index: 'metricbeat-8.17.0' } }),
      flushBytes: 2_000,
      concurrency: 1,
    });
    await client.close();
    expect(result).toMatchObject({ total: 250, successful: 250, failed: 0, aborted: false });
    expect(api.beats()).toEqual(documents.map((document) => JSON.stringify(document)));
  });

  it('gets 429 for a backlog, tries again, and drops only what is refused each time', async () => {
    const client = new Client({ node: api.url });
    api.backlog = () => backlogMax;
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
    expect(api.beats()).toEqual([]);
  });

  it('succeeds as soon as the backlog is below its limit', async () => {
    const client = new Client({ node: api.url });
    let requests = 0;
    api.backlog = () => {
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
    expect(api.beats()).toHaveLength(3);
  });

  it('recognises the product, its version and its licence', async () => {
    const client = new Client({ node: api.url });
    const info = await client.info();
    expect(info.version.number).toMatch(/^8\./);
    expect(info.tagline).toBe('You Know, for Search');
    expect(await client.ping()).toBe(true);
    expect((await client.license.get()).license.status).toBe('active');
    await client.close();
  });
});

describe('a Beat that sets up before it ships', () => {
  it('finds no template and may put its own, and likewise lifecycle policies, data streams and pipelines', async () => {
    for (const path of [
      '/_index_template/metricbeat-8.17.0',
      '/_ilm/policy/metricbeat',
      '/_data_stream/metricbeat-8.17.0',
      '/_ingest/pipeline/filebeat-8.17.0-system-auth-pipeline',
    ]) {
      expect((await fetch(`${api.url}${path}`, { method: 'HEAD' })).status).toBe(404);
      const put = await fetch(`${api.url}${path}`, { method: 'PUT', body: '{}' });
      expect(await put.json()).toEqual({ acknowledged: true });
      expect(put.headers.get('x-elastic-product')).toBe('Elasticsearch');
    }
  });

  it('gets the licence and the features', async () => {
    const license = await (await fetch(`${api.url}/_license?human=false`)).json();
    expect(license).toMatchObject({ license: { status: 'active', type: 'basic' } });
    const xpack = await (await fetch(`${api.url}/_xpack`)).json();
    expect(xpack).toMatchObject({ features: { ilm: { available: true, enabled: true } } });
  });

  it('gets 404 for every other path', async () => {
    expect((await fetch(`${api.url}/metricbeat/_search`)).status).toBe(404);
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
    const response = await api.post('/metricbeat/_bulk', `${lines.join('\n')}\n`);
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
    expect(api.beats()).toEqual(['{"a":1}', '{}']);
  });

  it("keeps a host's documents on one key", async () => {
    await api.post('/_bulk', '{"create":{}}\n{"host":{"name":"node-a"}}\n');
    expect(api.log.records('offbeat.beats')[0]).toMatchObject({ key: 'node-a', headers: {} });
  });

  it('refuses a document of more than 4.5 MB, and accepts one of exactly that', async () => {
    const document = (bytes: number): string => `{"x":"${'x'.repeat(bytes - 8)}"}`;
    const body = `{"create":{}}\n${document(4_500_001)}\n{"create":{}}\n${document(4_500_000)}\n`;
    const { items } = (await (await api.post('/_bulk', body)).json()) as { items: { create: { status: number } }[] };
    expect(items.map(({ create }) => create.status)).toEqual([413, 201]);
  });

  it('is refused as a whole with 400 if it cannot be read', async () => {
    const response = await api.post('/_bulk', '{"create":{}}\n{}\nbroken\n{}\n');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'illegal_argument_exception' } });
    expect(api.beats()).toEqual([]);
  });

  it('may be packed', async () => {
    await api.post('/_bulk', gzipSync('{"create":{}}\n{}\n'), { 'content-encoding': 'gzip' });
    expect(api.beats()).toEqual(['{}']);
  });

  it.each([
    ['not gzip', Buffer.from('plain'), 'gzip', 400],
    ['in another encoding', Buffer.from('plain'), 'br', 415],
    ['a bomb', gzipSync(Buffer.alloc(101_000_000)), 'gzip', 413],
  ])('is refused when its body is %s', async (_, body, encoding, status) => {
    expect((await api.post('/_bulk', body, { 'content-encoding': encoding })).status).toBe(status);
  });

  it('is refused as plain text, which a page of another site could post', async () => {
    const response = await api.post('/_bulk', '{"create":{}}\n{}\n', { 'content-type': 'text/plain' });
    expect(response.status).toBe(406);
    expect(api.beats()).toEqual([]);
  });

  it('is answered with 503 if the log accepts nothing, so that the Beat sends it again', async () => {
    api.log.append = () => Promise.reject(new UnavailableError('the disk is full'));
    const response = await api.post('/_bulk', '{"create":{}}\n{}\n');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    const cause = { type: 'unavailable_shards_exception', reason: 'the disk is full' };
    expect(await response.json()).toEqual({ error: { root_cause: [cause], ...cause }, status: 503 });
    expect(response.headers.get('x-elastic-product')).toBe('Elasticsearch');
  });
});
