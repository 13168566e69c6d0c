import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { bulkBytesMax, itemsMax } from '../../../local/bulk/limits.ts';
import { patience } from '../../support/patience.ts';
import { backlogMax, bulkServer } from './bulk-server.ts';

const api = bulkServer();

describe('a bulk request', () => {
  const itemsOf = (count: number, item = '{"create":{}}\n{}\n'): string => item.repeat(count);

  it('may have 10,000 items, and is refused as a whole with one more', async () => {
    expect((await api.post('/_bulk', itemsOf(itemsMax))).status).toBe(200);
    expect(api.beats()).toHaveLength(itemsMax);
    for (const item of [undefined, '{"delete":{}}\n', '{"update":{}}\n{}\n']) {
      const response = await api.post('/_bulk', gzipSync(itemsOf(itemsMax + 1, item)), { 'content-encoding': 'gzip' });
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
    expect(api.beats()).toHaveLength(itemsMax);
  });

  it('may have 32 MB, empty lines included, and is refused as a whole with one byte more', async () => {
    const padded = (bytes: number) =>
      gzipSync(Buffer.concat([Buffer.alloc(bytes - 18, '\n'), Buffer.from('{"create":{}}\n{ }\n')]));
    expect((await api.post('/_bulk', padded(bulkBytesMax), { 'content-encoding': 'gzip' })).status).toBe(200);
    const response = await api.post('/_bulk', padded(bulkBytesMax + 1), { 'content-encoding': 'gzip' });
    expect([response.status, await response.json()]).toMatchObject([413, { error: { type: 'content_too_large' } }]);
    expect(api.beats()).toEqual(['{ }']);
  });

  it('has as many documents appended as may wait, and gets 429 for the others', async () => {
    api.backlog = () => backlogMax - 2;
    const response = await api.post('/_bulk', itemsOf(4));
    const { items } = (await response.json()) as { items: { create: { status: number; error?: { type: string } } }[] };
    expect(items.map(({ create }) => create.status)).toEqual([201, 201, 429, 429]);
    expect(items[3]!.create.error!.type).toBe('es_rejected_execution_exception');
    expect(api.beats()).toHaveLength(2);
  });

  it('counts its documents in flight against the limit for other requests', async () => {
    api.backlog = () => backlogMax - 3;
    const append = api.log.append.bind(api.log);
    const goOn = Promise.withResolvers<void>();
    let begun = 0;
    api.log.append = async (records) => {
      begun += 1;
      await goOn.promise;
      return append(records);
    };
    const first = api.post('/_bulk', itemsOf(2));
    await vi.waitUntil(() => begun === 1, patience);
    const second = api.post('/_bulk', itemsOf(2));
    await vi.waitUntil(() => begun === 2, patience);
    goOn.resolve();
    const statuses = [];
    for (const response of await Promise.all([first, second])) {
      const { items } = (await response.json()) as { items: { create: { status: number } }[] };
      statuses.push(...items.map(({ create }) => create.status));
    }
    expect(statuses).toEqual([201, 201, 201, 429]);
  });

  it('is refused with 429 and Retry-After while others hold all of the allowed memory', async () => {
    const goOn = Promise.withResolvers<readonly []>();
    let holding = 0;
    api.log.append = () => {
      holding += 1;
      return goOn.promise;
    };
    const large = gzipSync(itemsOf(30, `{"create":{}}\n{"x":"${'x'.repeat(1_000_000)}"}\n`));
    const held = [1, 2].map(() => api.post('/_bulk', large, { 'content-encoding': 'gzip' }));
    await vi.waitUntil(() => holding === 2, patience);
    const refused = await api.post('/_bulk', large, { 'content-encoding': 'gzip' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await refused.json()).toMatchObject({ error: { type: 'es_rejected_execution_exception' } });
    goOn.resolve([]);
    for (const response of await Promise.all(held)) await response.json();
    expect((await api.post('/_bulk', large, { 'content-encoding': 'gzip' })).status).toBe(200);
  });

  it('gets a result for each document if the log accepts the first of them and then no more', async () => {
    const append = api.log.append.bind(api.log);
    let appends = 0;
    api.log.append = (records) => {
      appends += 1;
      return appends === 1 ? append(records) : Promise.reject(new UnavailableError('the disk is full'));
    };
    const response = await api.post('/_bulk', itemsOf(5_000));
    const { errors, items } = (await response.json()) as { errors: boolean; items: { create: { status: number } }[] };
    const statuses = items.map(({ create }) => create.status);
    const taken = statuses.filter((status) => status === 201).length;
    expect([response.status, errors, api.beats().length]).toEqual([200, true, taken]);
    expect(taken).toBeGreaterThan(0);
    expect(new Set(statuses.slice(taken))).toEqual(new Set([503]));
  });

  it('refuses an index whose name is longer than 255 bytes, and does not repeat the name', async () => {
    const long = 'i'.repeat(10_000);
    const inPath = await api.post(`/${long}/_bulk`, itemsOf(1));
    expect([inPath.status, (await inPath.text()).length < 1_000]).toEqual([400, true]);
    const inItem = await (await api.post('/_bulk', `{"create":{"_index":"${long}"}}\n{}\n`)).text();
    expect(JSON.parse(inItem).items[0].create).toMatchObject({
      status: 400,
      error: { type: 'invalid_index_name_exception' },
    });
    expect(inItem.length).toBeLessThan(1_000);
    expect(api.beats()).toEqual([]);
  });
});
