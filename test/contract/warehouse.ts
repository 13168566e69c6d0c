import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InventoryItem } from '../../functions/shared/domain/inventory.ts';
import type {
  Warehouse,
  WarehouseDocument,
  WarehouseQuery,
  WarehouseWrite,
} from '../../functions/shared/ports/warehouse.ts';
import { unique } from './unique.ts';
import { describeSeriesSearches } from './warehouse-series.ts';
import {
  alertWrite,
  anomalyWrite,
  chunkserver,
  host,
  inventoryWrite,
  sampleWrite,
  secondOf,
  series,
  startMs,
  summaryWrite,
  unknownMetrics,
} from './warehouse-writes.ts';

export interface OpenedWarehouse {
  readonly warehouse: Warehouse;
  /** Waits until searches find the written documents. */
  settle?(): Promise<void>;
  close?(): Promise<void>;
}

/** Returns the refusal of a write whose id another document has, with the name of a field in which they differ. */
const collision = (index: number) => ({
  index,
  reason: 'another document has this id: it differs in agent.type',
  isCollision: true,
});

/** Describes the promises that every warehouse keeps, with documents as persist makes them. */
export function describeWarehouse(name: string, open: () => Promise<OpenedWarehouse>): void {
  describe(`the warehouse on ${name}`, () => {
    let opened: OpenedWarehouse;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close?.());

    const write = (...writes: readonly WarehouseWrite[]) => opened.warehouse.write(writes);

    async function search(query: Partial<WarehouseQuery> = {}): Promise<readonly WarehouseDocument[]> {
      await opened.settle?.();
      return opened.warehouse.search({ family: 'offbeat-samples', order: 'oldest first', limit: 10_000, ...query });
    }

    const searchCluster = (cluster: string, query: Partial<WarehouseQuery> = {}) =>
      search({ ...query, match: { 'offbeat.entity.cluster': cluster, ...query.match } });

    describe('a document that is created', () => {
      it('a created document is returned as it was written', async () => {
        const cluster = unique('prod');
        const written = sampleWrite({ entity: { cluster, kind: 'host', name: 'Größe "x" \\ 🚀' } });
        expect(await write(written)).toEqual([]);
        expect(await searchCluster(cluster)).toEqual([written.document]);
      });

      it('a created document stays as it is when its id is written again', async () => {
        const cluster = unique('prod');
        const first = sampleWrite({ entity: host(cluster) });
        const second = { ...first, document: { ...first.document, 'agent.type': 'another' } };
        expect(await write(first)).toEqual([]);
        expect(await write(second, first, second)).toEqual([collision(0), collision(2)]);
        expect(await searchCluster(cluster)).toEqual([first.document]);
      });

      it('a created document may come again in any order of its fields', async () => {
        const first = sampleWrite({
          entity: host(unique('prod')),
          facts: { a: '1', b: '2' },
          measurements: { x: -0, y: 1.5 },
        });
        expect(await write(first)).toEqual([]);
        const facts = { 'offbeat.facts': { b: '2', a: '1' } };
        const document = Object.fromEntries(Object.entries({ ...first.document, ...facts }).reverse());
        expect(await write({ ...first, document })).toEqual([]);
      });

      it('the first of two created documents with one id in one batch is kept', async () => {
        const cluster = unique('prod');
        const first = sampleWrite({ entity: host(cluster) });
        const another = { ...first, document: { ...first.document, 'agent.type': 'another' } };
        expect(await write(first, another)).toEqual([collision(1)]);
        expect(await searchCluster(cluster)).toEqual([first.document]);
      });

      it('documents with the same id in two families are two documents', async () => {
        const cluster = unique('prod');
        const sample = sampleWrite({ entity: host(cluster) });
        const summary = { ...summaryWrite(cluster), id: sample.id };
        expect(await write(sample, summary)).toEqual([]);
        expect(await searchCluster(cluster)).toEqual([sample.document]);
        expect(await searchCluster(cluster, { family: 'offbeat-summaries' })).toEqual([summary.document]);
      });
    });

    describe('a document with a version', () => {
      it('the document with the highest version is kept, whatever the order and the batches', async () => {
        const versions = fc.array(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }), {
          minLength: 1,
          maxLength: 5,
        });
        await fc.assert(
          fc.asyncProperty(versions, async (batches) => {
            const cluster = unique('prod');
            const id = unique('anomaly');
            for (const batch of batches) {
              expect(await write(...batch.map((revision) => anomalyWrite(cluster, id, revision)))).toEqual([]);
            }
            const highest = Math.max(...batches.flat());
            const found = await searchCluster(cluster, { family: 'offbeat-anomalies' });
            expect(found).toEqual([anomalyWrite(cluster, id, highest).document]);
          }),
          { numRuns: 25 },
        );
      });

      it('a document is not changed by the same version with other content', async () => {
        const cluster = unique('prod');
        const first = anomalyWrite(cluster, unique('anomaly'), 3);
        const equal = { ...first, document: { ...first.document, 'event.reason': 'another' } };
        await write(first);
        expect(await write(equal)).toEqual([]);
        expect(await searchCluster(cluster, { family: 'offbeat-anomalies' })).toEqual([first.document]);
      });

      it('a document keeps lists, objects and booleans', async () => {
        const cluster = unique('prod');
        const alert = alertWrite(cluster, unique('alert'), true);
        await write(alert);
        expect(await searchCluster(cluster, { family: 'offbeat-alerts' })).toEqual([alert.document]);
      });
    });

    describe('the inventory', () => {
      const inventory: Partial<WarehouseQuery> = { family: 'offbeat-inventory' };

      it('an item is read by its id as soon as it is written, and one that does not exist is left out', async () => {
        const item = inventoryWrite(chunkserver(unique('prod'), { dimensions: { 'server.id': '5' } }));
        expect(await write(item)).toEqual([]);
        expect(await opened.warehouse.inventoryById([item.id, unique('none')])).toEqual(
          new Map([[item.id, item.document]]),
        );
        expect(await opened.warehouse.inventoryById([])).toEqual(new Map());
      });

      it('an item is replaced by a newer observation and never by an older one', async () => {
        const cluster = unique('prod');
        const [old, middle, young] = [0, 10_000, 20_000].map((ms) =>
          inventoryWrite(chunkserver(cluster, { timestampMs: startMs + ms, status: ms === 0 ? 'ok' : 'down' })),
        );
        expect(await write(middle!, old!)).toEqual([]);
        expect(await searchCluster(cluster, inventory)).toEqual([middle!.document]);
        expect(await write(young!)).toEqual([]);
        expect(await write(middle!)).toEqual([]);
        expect(await searchCluster(cluster, inventory)).toEqual([young!.document]);
      });

      it('1,500 items are read by their ids', async () => {
        const cluster = unique('prod');
        const items = Array.from({ length: 1_500 }, (_, nth) =>
          inventoryWrite(chunkserver(cluster, { dimensions: { device: `/mnt/${nth}` } })),
        );
        await write(...items);
        expect((await opened.warehouse.inventoryById(items.map(({ id }) => id))).size).toBe(1_500);
      });

      it('live items that were not seen since a time are deleted, and the others stay', async () => {
        const cluster = unique('prod');
        const seenAt = (name: string, seenMs: number, parts: Partial<InventoryItem> = {}) =>
          inventoryWrite(chunkserver(cluster, { entity: { cluster, kind: 'chunkserver', name }, seenMs, ...parts }));
        const [gone, there] = [seenAt('gone', 1_000), seenAt('there', 2_000)];
        const replayed = seenAt('replayed', 0, { scope: cluster, timestampMs: startMs + 1 });
        await write(gone, there, replayed);
        await opened.settle?.();
        expect(await opened.warehouse.dropInventory(2_000)).toBe(1);
        expect(await opened.warehouse.dropInventory(2_000)).toBe(0);
        expect(await searchCluster(cluster, inventory)).toEqual([there.document, replayed.document]);
        expect(await write(seenAt('gone', 2_500, { timestampMs: startMs + 2 }))).toEqual([]);
        expect(await searchCluster(cluster, inventory)).toHaveLength(3);
        await opened.warehouse.dropInventory(3_000);
      });
    });

    describe('a search', () => {
      it('a search without a match returns no document', async () => {
        expect(await searchCluster(unique('none'))).toEqual([]);
      });

      it('a search returns the documents whose fields all have the exact values', async () => {
        const cluster = unique('prod');
        const ids = { a: unique('anomaly'), b: unique('anomaly') };
        await write(anomalyWrite(cluster, ids.a, 1), anomalyWrite(cluster, ids.b, 2));
        const found = async (match: NonNullable<WarehouseQuery['match']>) =>
          (await searchCluster(cluster, { family: 'offbeat-anomalies', match })).map(
            (document) => document['offbeat.anomaly.id'],
          );
        expect(await found({ 'offbeat.anomaly.id': ids.a })).toEqual([ids.a]);
        expect(await found({ 'offbeat.anomaly.revision': 2 })).toEqual([ids.b]);
        expect(await found({ 'offbeat.anomaly.id': ids.a, 'offbeat.anomaly.revision': 2 })).toEqual([]);
        expect(await found({ 'offbeat.anomaly.id': ids.a.slice(0, -1) })).toEqual([]);
        expect(await found({ 'offbeat.anomaly.closed_because': 'back to normal' })).toEqual([]);
      });

      it('a search compares booleans', async () => {
        const cluster = unique('prod');
        const [notified, silent] = [unique('alert'), unique('alert')];
        await write(alertWrite(cluster, notified, true), alertWrite(cluster, silent, false));
        const match = { 'offbeat.alert.notify': false };
        const found = await searchCluster(cluster, { family: 'offbeat-alerts', match });
        expect(found.map((document) => document['offbeat.alert.id'])).toEqual([silent]);
      });

      it('a search includes its first moment and excludes its last', async () => {
        const cluster = unique('prod');
        await write(...series(cluster, 5));
        const seconds = async (query: Partial<WarehouseQuery>) =>
          (await searchCluster(cluster, query)).map((document) => secondOf(document));
        expect(await seconds({ fromMs: startMs + 1_000, toMs: startMs + 3_000 })).toEqual([1, 2]);
        expect(await seconds({ fromMs: startMs + 3_000 })).toEqual([3, 4]);
        expect(await seconds({ toMs: startMs + 1 })).toEqual([0]);
        expect(await seconds({ fromMs: startMs + 2_000, toMs: startMs + 2_000 })).toEqual([]);
      });

      it('a search returns the documents in the given order, up to the limit', async () => {
        const cluster = unique('prod');
        await write(...[3, 0, 4, 1, 2].map((nth) => series(cluster, 5)[nth]!));
        const seconds = async (query: Partial<WarehouseQuery>) =>
          (await searchCluster(cluster, query)).map((document) => secondOf(document));
        expect(await seconds({ order: 'oldest first' })).toEqual([0, 1, 2, 3, 4]);
        expect(await seconds({ order: 'newest first' })).toEqual([4, 3, 2, 1, 0]);
        expect(await seconds({ order: 'oldest first', limit: 2 })).toEqual([0, 1]);
        expect(await seconds({ order: 'newest first', limit: 2 })).toEqual([4, 3]);
      });

      it('a search finds a document of an old day that is written today', async () => {
        const cluster = unique('prod');
        const old = sampleWrite({ entity: host(cluster), timestampMs: Date.parse('2019-02-28T23:59:59.999Z') });
        await write(old);
        expect(await searchCluster(cluster)).toEqual([old.document]);
      });
    });

    describeSeriesSearches(() => opened);

    describe('a batch', () => {
      it('a batch may be empty', async () => {
        expect(await write()).toEqual([]);
      });

      it('a batch of 5,000 documents is counted once although it is written twice', async () => {
        const batch = series(unique('prod'), 5_000);
        await opened.settle?.();
        const before = await opened.warehouse.count('offbeat-samples');
        expect(await write(...batch)).toEqual([]);
        expect(await write(...batch.toReversed())).toEqual([]);
        await opened.settle?.();
        expect(await opened.warehouse.count('offbeat-samples')).toBe(before + batch.length);
      });

      it('a document with more metrics of others than an index accepts keeps those of the catalogue', async () => {
        const cluster = unique('prod');
        const known = sampleWrite({ entity: host(cluster) });
        const others = Object.entries(sampleWrite({ measurements: unknownMetrics(3_000) }).document);
        const unknown = Object.fromEntries(others.filter(([field]) => field.startsWith('other.')));
        const outcome = await write({ ...known, document: { ...known.document, ...unknown } });
        expect(outcome).toEqual([{ index: 0, reason: expect.stringMatching(/./), leftOut: 'other metrics' }]);
        expect(await searchCluster(cluster)).toEqual([known.document]);
      });

      const { '@timestamp': _time, ...timeless } = sampleWrite({}).document;
      it.each<[string, Partial<WarehouseWrite>]>([
        ['whose time is not a date', { document: { ...timeless, '@timestamp': 'yesterday' } }],
        [
          'with more fields than an index accepts',
          { document: sampleWrite({ measurements: unknownMetrics(3_000) }).document },
        ],
        ['with an id that is too long', { id: 'x'.repeat(513) }],
      ])(
        'a batch is written except a document %s, which is refused with its index and a reason',
        async (_case, parts) => {
          const cluster = unique('prod');
          const [first, third] = series(cluster, 2);
          const refused = await write(first!, { ...sampleWrite({ entity: host(cluster) }), ...parts }, third!);
          expect(refused).toEqual([{ index: 1, reason: expect.stringMatching(/./) }]);
          expect(await searchCluster(cluster)).toEqual([first!.document, third!.document]);
        },
      );
    });
  });
}
