import { describe, expect, it, vi } from 'vitest';
import {
  type OpenSearchOptions,
  openSearchClient,
} from '../../../../../functions/shared/adapters/opensearch/client.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';
import type { WarehouseQuery } from '../../../../../functions/shared/ports/warehouse.ts';
import { all, inTurn, rig, timeMs, whole, write } from './rig.ts';
import { type Answer, actionsOf, bulkAnswer, type SeenRequest } from './scripted-server.ts';

const written = { status: 201 };
const throttled = { status: 429, error: { type: 'rejected_execution_exception', reason: 'queue is full' } };
const refused = { status: 400, error: { type: 'mapper_parsing_exception', reason: 'no such field' } };
const idsOf = (request: SeenRequest) => actionsOf(request).map(([head]) => Object.values(head)[0]!._id);

describe('a write to OpenSearch', () => {
  it('a write creates documents without a version and sets those with one, in the index of their period', async () => {
    const { warehouse, seen } = await rig(all(written));
    const alert = write('b', { family: 'offbeat-alerts', version: 7 });
    const inventory = write('c', { family: 'offbeat-inventory', version: timeMs });
    await warehouse.write([write('a'), alert, inventory]);
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /_bulk?filter_path=items.*.status%2Citems.*.error',
    ]);
    const external = { version_type: 'external' };
    expect(actionsOf(seen[0]!)).toEqual([
      [{ create: { _index: 'offbeat-samples-2026.11.23', _id: 'a' } }, write('a').document],
      [{ index: { _index: 'offbeat-alerts-2026', _id: 'b', version: 7, ...external } }, alert.document],
      [{ index: { _index: 'offbeat-inventory-latest', _id: 'c', version: timeMs, ...external } }, inventory.document],
    ]);
  });

  it('a write of no documents sends no request', async () => {
    const { warehouse, seen } = await rig(all(written));
    expect(await warehouse.write([])).toEqual([]);
    expect(seen).toEqual([]);
  });

  it('a write sends only the throttled documents again, after waits that double', async () => {
    const { warehouse, seen, waits } = await rig(
      inTurn(
        (request) => bulkAnswer(request, (id) => (id === 'b' ? throttled : written)),
        all({ status: 503, error: { type: 'unavailable_shards_exception', reason: 'no primary' } }),
        all(written),
      ),
    );
    expect(await warehouse.write([write('a'), write('b'), write('c')])).toEqual([]);
    expect(seen.map(idsOf)).toEqual([['a', 'b', 'c'], ['b'], ['b']]);
    expect(waits).toEqual([50, 100]);
  });

  it('a write returns the position of each refused document, while the rest is tried again', async () => {
    const { warehouse } = await rig(
      inTurn(
        (request) => bulkAnswer(request, (id) => (id === 'b' ? refused : id === 'c' ? throttled : written)),
        all(refused),
      ),
    );
    const reason = 'mapper_parsing_exception: no such field';
    expect(await warehouse.write([write('a'), write('b'), write('c'), write('')])).toEqual([
      { index: 1, reason },
      { index: 2, reason },
      { index: 3, reason: 'id: expected 1 to 512 bytes, got 0' },
    ]);
  });

  it('a write keeps documents with one id in their order although the first is throttled', async () => {
    const { warehouse, seen } = await rig(inTurn(all(throttled), all(written)));
    await warehouse.write([write('a'), write('b'), write('a', { document: { 'host.name': 'second' } })]);
    expect(seen.map(idsOf)).toEqual([['a', 'b'], ['a', 'b'], ['a']]);
    expect(actionsOf(seen[2]!)[0]![1]).toEqual({ 'host.name': 'second' });
  });

  it.each<[string, Answer, string]>([
    [
      'documents are throttled',
      all(throttled),
      '2 documents are not written: 429 rejected_execution_exception: queue is full',
    ],
    ['the server is too busy', () => whole(503), '2 documents are not written: 503 an_exception: all of it'],
    ['the server hangs up', () => 'hang up', '2 documents are not written: 503 ConnectionError: socket hang up'],
  ])('a write stops at its deadline when %s', async (_case, answer, message) => {
    const { warehouse, waits } = await rig(answer);
    const writing = warehouse.write([write('a'), write('b')]);
    await expect(writing).rejects.toThrow(message);
    await expect(writing).rejects.toBeInstanceOf(UnavailableError);
    expect(waits.reduce((sum, ms) => sum + ms)).toBeLessThan(1_000);
  });

  it.each<[string, Answer]>([
    ['a denied permission', () => whole(403, 'security_exception')],
    [
      'an index that is read-only',
      all({ status: 403, error: { type: 'cluster_block_exception', reason: 'read-only' } }),
    ],
    ['too many shards', all({ status: 400, error: { type: 'validation_exception', reason: 'maximum shards open' } })],
  ])('a write does not refuse its documents because of %s, and does not try again', async (_case, answer) => {
    const { warehouse, seen } = await rig(answer);
    await expect(warehouse.write([write('a')])).rejects.toBeInstanceOf(UnavailableError);
    expect(seen).toHaveLength(1);
  });

  it('a write halves a request that is refused as a whole, until it finds the document that is the cause', async () => {
    const { warehouse, seen } = await rig((request) =>
      idsOf(request).includes('c') ? whole(413, 'too_long') : bulkAnswer(request, () => written),
    );
    const writes = ['a', 'b', 'c', 'd', 'e'].map((id) => write(id));
    expect(await warehouse.write(writes)).toEqual([{ index: 2, reason: 'too_long: all of it' }]);
    expect(seen.map(idsOf)).toEqual([['a', 'b', 'c', 'd', 'e'], ['a', 'b', 'c'], ['a', 'b'], ['c'], ['d', 'e']]);
  });

  it('a write spells unknown metrics in one piece, once, if the index refuses them otherwise', async () => {
    const { warehouse, seen, waits } = await rig(inTurn(all(refused), all(written)));
    await warehouse.write([write('a', { document: { 'other.a.b': 1, 'host.name': 'a' } })]);
    expect(seen.map((request) => actionsOf(request)[0]![1])).toEqual([
      { 'other.a.b': 1, 'host.name': 'a' },
      { 'other.a%2Eb%': 1, 'host.name': 'a' },
    ]);
    expect(waits).toEqual([]);
    const stubborn = await rig(all(refused));
    const refusals = await stubborn.warehouse.write([write('a', { document: { 'other.a.b': 1 } })]);
    expect(refusals).toEqual([{ index: 0, reason: 'mapper_parsing_exception: no such field' }]);
    expect(stubborn.seen).toHaveLength(2);
  });

  it('a write is split into requests of at most 5,000 documents and 5 MB', async () => {
    const { warehouse, seen } = await rig(all(written));
    await warehouse.write(Array.from({ length: 5_001 }, (_, nth) => write(`id-${nth}`)));
    expect(seen.map((request) => actionsOf(request).length)).toEqual([5_000, 1]);
    seen.length = 0;
    const megabyte = { 'host.name': 'x'.repeat(1_000_000) };
    await warehouse.write(Array.from({ length: 6 }, (_, nth) => write(`id-${nth}`, { document: megabyte })));
    expect(seen.map((request) => actionsOf(request).length)).toEqual([4, 2]);
    seen.length = 0;
    await warehouse.write([write('long', { document: { 'host.name': 'x'.repeat(6_000_000) } }), write('short')]);
    expect(seen.map(idsOf)).toEqual([['long'], ['short']]);
  });
});

describe('an answer to a write that is none', () => {
  it.each([
    ['without a list', {}],
    ['with too few items', { items: [] }],
    ['with an item without a status', { items: [{ create: {} }] }],
    ['with an empty item', { items: [null] }],
  ])('%s is no success: the documents are sent again, until the deadline', async (_, body) => {
    const again = await rig(inTurn(() => ({ status: 200, body }), all({ status: 201 })));
    expect(await again.warehouse.write([write('a')])).toEqual([]);
    expect(again.seen).toHaveLength(2);
    const never = await rig(() => ({ status: 200, body }));
    await expect(never.warehouse.write([write('a')])).rejects.toThrow(
      /1 documents are not written: 200 the answer does not have a status for each document/,
    );
  });
});

describe('a search of OpenSearch', () => {
  const query: WarehouseQuery = { family: 'offbeat-samples', order: 'oldest first', limit: 10 };
  const hit = (id: string, sort: [number, number]) => ({ _index: 'i', _id: id, _source: { 'host.name': id }, sort });
  const hits = (...found: object[]) => ({ status: 200, body: { hits: { hits: found } } });

  it('a search asks the alias for exact values, a time range and an order', async () => {
    const { warehouse, seen } = await rig(() => hits(hit('a', [1, 1])));
    const match = { 'host.name': 'a', 'labels.a.b': 'x' };
    expect(await warehouse.search({ ...query, match, fromMs: 1, toMs: 2 })).toEqual([{ 'host.name': 'a' }]);
    expect(seen[0]!.path).toMatch(/^\/offbeat-samples\/_search\?.*ignore_unavailable=true/);
    expect(JSON.parse(seen[0]!.body)).toEqual({
      size: 10,
      track_total_hits: false,
      query: {
        bool: {
          filter: [
            { terms: { 'host.name': ['a'] } },
            { terms: { 'labels.a%2Eb': ['x'] } },
            { range: { '@timestamp': { gte: 1, lt: 2, format: 'epoch_millis' } } },
          ],
        },
      },
      sort: [
        { '@timestamp': { order: 'asc', unmapped_type: 'date' } },
        { _seq_no: { order: 'asc', unmapped_type: 'long' } },
      ],
    });
  });

  it('a search loses no document if two shards have the same sort values at the end of a page', async () => {
    const page = Array.from({ length: 10_000 }, (_, nth) => hit(`id-${nth}`, [nth, 1]));
    const { warehouse, seen } = await rig(
      inTurn(
        () => hits(...page),
        () => hits(hit('id-9999', [9_999, 1]), hit('twin', [9_999, 1])),
      ),
    );
    const found = await warehouse.search({ ...query, limit: 20_000 });
    expect(found).toHaveLength(10_001);
    expect(found.at(-1)).toEqual({ 'host.name': 'twin' });
    expect(JSON.parse(seen[1]!.body).search_after).toEqual([9_999, 0]);
  });

  it('a search with limit 0 sends no request', async () => {
    const { warehouse, seen } = await rig(() => hits());
    expect(await warehouse.search({ ...query, limit: 0 })).toEqual([]);
    expect(seen).toEqual([]);
  });

  it('a search never returns a part of the result as the whole', async () => {
    const { warehouse, seen } = await rig(() => whole(503, 'search_phase_execution_exception'));
    await expect(warehouse.search(query)).rejects.toBeInstanceOf(UnavailableError);
    expect(seen[0]!.path).toContain('allow_partial_search_results=false');
    const counting = await rig(() => ({ status: 200, body: { count: 5, _shards: { failed: 1 } } }));
    await expect(counting.warehouse.count('offbeat-samples')).rejects.toBeInstanceOf(UnavailableError);
  });

  it('a search without an answer is repeated at once, as often as the options allow', async () => {
    const { warehouse, seen } = await rig(
      inTurn(
        () => 'hang up',
        () => 'hang up',
        () => hits(),
      ),
      { retries: 2 },
    );
    expect(await warehouse.search(query)).toEqual([]);
    expect(seen).toHaveLength(3);
  });
});

describe('the client for OpenSearch', () => {
  const headersOf = async (options: Partial<OpenSearchOptions>) => {
    const { warehouse, seen } = await rig(() => ({ status: 200, body: { count: 0, _shards: { failed: 0 } } }), options);
    await warehouse.count('offbeat-samples');
    return seen[0]!.headers;
  };

  it('the client sends no password without one in its options', async () => {
    expect(await headersOf({})).not.toHaveProperty('authorization');
  });

  it('the client sends user name and password', async () => {
    const headers = await headersOf({ auth: { kind: 'basic', username: 'offbeat', password: 'secret' } });
    expect(headers.authorization).toBe(`Basic ${Buffer.from('offbeat:secret').toString('base64')}`);
  });

  it('the client signs with the credentials of its environment, for the service es', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
    const headers = await headersOf({ auth: { kind: 'sigv4', region: 'eu-central-1' } });
    expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/es\//);
    vi.unstubAllEnvs();
  });

  it('the client refuses a URL that is not valid', async () => {
    await expect(openSearchClient({ url: 'not an address' })).rejects.toBeInstanceOf(TypeError);
  });
});
