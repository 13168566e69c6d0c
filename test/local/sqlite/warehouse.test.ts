import { describe, expect, it } from 'vitest';
import type { WarehouseWrite } from '../../../functions/shared/ports/warehouse.ts';
import { open } from './open-store.ts';

const time = { '@timestamp': '2026-11-23T15:00:00.000Z' };

async function openWith(...documents: readonly Readonly<Record<string, unknown>>[]) {
  const store = open();
  await store.warehouse.write(
    documents.map((document, nth): WarehouseWrite => {
      return { family: 'offbeat-samples', id: `${nth}`, timeMs: 0, document: { ...time, nth, ...document } };
    }),
  );
  const found = async (match: Readonly<Record<string, string | number | boolean>>) =>
    (await store.warehouse.search({ family: 'offbeat-samples', match, order: 'oldest first', limit: 100 })).map(
      ({ nth }) => nth,
    );
  return { ...store, found };
}

describe('a match', () => {
  it('distinguishes text, numbers and booleans', async () => {
    const { found } = await openWith({ a: 1 }, { a: '1' }, { a: true }, { a: 'true' }, { a: null }, { a: [1] }, {});
    expect(await found({ a: 1 })).toEqual([0]);
    expect(await found({ a: '1' })).toEqual([1]);
    expect(await found({ a: true })).toEqual([2]);
    expect(await found({ a: 'true' })).toEqual([3]);
    expect(await found({ a: 'null' })).toEqual([]);
  });

  it.each(['a.b', 'a"b', "a'b", 'a\\b', '$', '$.a', 'a[0]', '', 'Größe 🚀', "'; DROP TABLE batches; --"])(
    'finds the field "%s" and its value as they are written',
    async (text) => {
      const { found } = await openWith({ other: 1 }, { [text]: 'x' }, { a: { b: 'x' } }, { [text]: text });
      expect(await found({ [text]: 'x' })).toEqual([1]);
      expect(await found({ [text]: text })).toEqual([3]);
    },
  );
});

describe('documents of one moment', () => {
  it('are in the order in which they were written, or in the opposite one', async () => {
    const { warehouse } = await openWith({}, {}, {});
    const numbers = async (order: 'oldest first' | 'newest first') =>
      (await warehouse.search({ family: 'offbeat-samples', order, limit: 2 })).map(({ nth }) => nth);
    expect(await numbers('oldest first')).toEqual([0, 1]);
    expect(await numbers('newest first')).toEqual([2, 1]);
  });
});

describe('a version', () => {
  it('of a document that was created is 1', async () => {
    const { warehouse } = await openWith();
    const write = (from: string, version?: number) =>
      warehouse.write([
        { family: 'offbeat-inventory', id: 'a', timeMs: 0, document: { ...time, from }, ...(version && { version }) },
      ]);
    const stored = async () =>
      (await warehouse.search({ family: 'offbeat-inventory', order: 'oldest first', limit: 9 })).map(
        ({ from }) => from,
      );
    await write('created');
    await write('version 1', 1);
    expect(await stored()).toEqual(['created']);
    await write('version 2', 2);
    await write('created again');
    expect(await stored()).toEqual(['version 2']);
  });

  it('changes the time of its document too', async () => {
    const { warehouse } = await openWith();
    for (const version of [1, 2, 3]) {
      const document = { '@timestamp': new Date(version * 1_000).toISOString() };
      await warehouse.write([{ family: 'offbeat-inventory', id: 'a', timeMs: version * 1_000, version, document }]);
    }
    const search = (fromMs: number, toMs: number) =>
      warehouse.search({ family: 'offbeat-inventory', fromMs, toMs, order: 'oldest first', limit: 9 });
    expect(await search(0, 3_000)).toEqual([]);
    expect(await search(3_000, 3_001)).toHaveLength(1);
  });
});

describe('a refusal', () => {
  it.each([
    ['no time', { '@timestamp': undefined }, '@timestamp: expected a date, got undefined'],
    ['a number for a time', { '@timestamp': 5 }, '@timestamp: expected a date, got 5'],
    ['no date for a time', { '@timestamp': 'now' }, '@timestamp: expected a date, got "now"'],
    [
      'too many fields that no catalogue knows',
      Object.fromEntries(Array.from({ length: 1_001 }, (_, nth) => [`other.${nth}`, nth])),
      'field limit of 1000 exceeded: 1001 under other.*',
    ],
  ])('of %s names what was expected', async (_case, parts, reason) => {
    const { warehouse } = open();
    const document = { ...time, ...parts };
    const refused = await warehouse.write([{ family: 'offbeat-samples', id: 'a', timeMs: 0, document }]);
    expect(refused).toEqual([{ index: 0, reason }]);
    expect(await warehouse.count('offbeat-samples')).toBe(0);
  });

  it.each([
    ['', 0],
    ['ü'.repeat(257), 514],
  ])('of the id "%s" names its size', async (id, bytes) => {
    const refused = await open().warehouse.write([{ family: 'offbeat-samples', id, timeMs: 0, document: time }]);
    expect(refused).toEqual([{ index: 0, reason: `id: expected 1 to 512 bytes, got ${bytes}` }]);
  });
});

describe('a search over more rows than one slice', () => {
  const rows = 2_500;
  const timeOf = (nth: number): string => new Date(Date.parse(time['@timestamp']) + (nth % 3) * 1_000).toISOString();
  const documents = Array.from({ length: rows }, (_, nth) => ({ '@timestamp': timeOf(nth), isSeventh: nth % 7 === 0 }));

  it.each(['oldest first', 'newest first'] as const)(
    'finds the same documents as a search without slices, %s',
    async (order) => {
      const { warehouse } = await openWith(...documents);
      const found = async (query: object, limit = rows) =>
        (await warehouse.search({ family: 'offbeat-samples', order, limit, ...query })).map(({ nth }) => nth);
      const sorted = documents
        .map((document, nth) => ({ ...document, nth }))
        .sort((a, b) => Date.parse(a['@timestamp']) - Date.parse(b['@timestamp']) || a.nth - b.nth);
      if (order === 'newest first') sorted.reverse();
      const numbers = (some: typeof sorted) => some.map(({ nth }) => nth);
      expect(await found({})).toEqual(numbers(sorted));
      expect(await found({}, 1_500)).toEqual(numbers(sorted.slice(0, 1_500)));
      const sevenths = sorted.filter(({ isSeventh }) => isSeventh);
      expect(await found({ match: { isSeventh: true } })).toEqual(numbers(sevenths));
      expect(await found({ match: { isSeventh: true } }, 5)).toEqual(numbers(sevenths.slice(0, 5)));
      const fromMs = Date.parse(timeOf(1));
      const within = sorted.filter((document) => document['@timestamp'] === timeOf(1));
      expect(await found({ fromMs, toMs: fromMs + 1 })).toEqual(numbers(within));
    },
  );

  it('lets other work of the process run between two slices', async () => {
    const { warehouse } = await openWith(...documents);
    let turns = 0;
    const count = (): void => {
      turns += 1;
      other = setImmediate(count);
    };
    let other = setImmediate(count);
    await warehouse.search({ family: 'offbeat-samples', match: { x: 1 }, order: 'newest first', limit: 1 });
    clearImmediate(other);
    expect(turns).toBeGreaterThan(0);
  });
});
