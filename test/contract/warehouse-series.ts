import { describe, expect, it } from 'vitest';
import type { Sample } from '../../functions/shared/domain/sample.ts';
import type { WarehouseQuery, WarehouseWrite } from '../../functions/shared/ports/warehouse.ts';
import { unique } from './unique.ts';
import type { OpenedWarehouse } from './warehouse.ts';
import { host, sampleWrite, secondOf, startMs, summaryWrite } from './warehouse-writes.ts';

/** Describes how every warehouse finds the measurements of series and of entities. */
export function describeSeriesSearches(opened: () => OpenedWarehouse): void {
  const write = (...writes: readonly WarehouseWrite[]) => opened().warehouse.write(writes);
  const settle = async () => opened().settle?.();

  async function search(query: Partial<WarehouseQuery>) {
    await settle();
    return opened().warehouse.search({ family: 'offbeat-samples', order: 'oldest first', limit: 10_000, ...query });
  }

  describe('a search for series', () => {
    it('a search finds any of several values, and none where no value is given', async () => {
      const cluster = unique('prod');
      const at = (name: string, second: number, device = 'sda') =>
        sampleWrite({
          entity: { cluster, kind: 'host', name },
          timestampMs: startMs + second * 1_000,
          dimensions: { device },
        });
      await write(at('a', 0), at('b', 1), at('c', 2), at('a', 3), at('b', 4, 'sdb'));
      const paths = (...names: readonly string[]) => names.map((name) => `${cluster}/host/${name}`);
      const seconds = async (match: NonNullable<WarehouseQuery['match']>, query: Partial<WarehouseQuery> = {}) =>
        (await search({ ...query, match })).map(secondOf);
      expect(await seconds({ 'offbeat.entity.path': paths('a', 'b') })).toEqual([0, 1, 3, 4]);
      expect(await seconds({ 'offbeat.entity.path': paths('b', 'a') }, { order: 'newest first', limit: 3 })).toEqual([
        4, 3, 1,
      ]);
      expect(
        await seconds({
          'offbeat.entity.path': paths('a', 'b'),
          'labels.device': 'sda',
          'event.dataset': ['x', 'system.diskio'],
        }),
      ).toEqual([0, 1, 3]);
      expect(await seconds({ 'offbeat.entity.cluster': cluster, 'host.name': ['a', 'c'] })).toEqual([0, 2, 3]);
      expect(await seconds({ 'offbeat.entity.path': [] })).toEqual([]);
      expect(await seconds({ 'offbeat.entity.cluster': [] })).toEqual([]);
    });

    it('a search by dimensions finds documents that have these and no others', async () => {
      const cluster = unique('prod');
      const all: readonly Readonly<Record<string, string>>[] = [
        {},
        { device: 'sda' },
        { device: 'sda', direction: 'read' },
        { 'disk.name': 'x,y' },
      ];
      await write(
        ...all.map((dimensions, nth) =>
          sampleWrite({ entity: host(cluster), timestampMs: startMs + nth * 1_000, dimensions }),
        ),
      );
      const match = { 'offbeat.entity.path': `${cluster}/host/node-a` };
      for (const [nth, dimensions] of all.entries()) {
        const found = await search({ match, dimensions, limit: 2 });
        expect(found.map(secondOf), JSON.stringify(dimensions)).toEqual([nth]);
      }
      expect(await search({ match, dimensions: { direction: 'read' } })).toEqual([]);
    });

    it('a search for some fields returns these, as far as a document has them', async () => {
      const cluster = unique('prod');
      await write(
        sampleWrite({ entity: host(cluster), measurements: { 'acme.depth': 7, 'system.load.1': 0.5 } }),
        sampleWrite({
          entity: host(cluster),
          timestampMs: startMs + 1_000,
          measurements: { 'system.load.1': 2 },
          facts: { a: 'b' },
        }),
      );
      const fields = ['@timestamp', 'other.acme.depth', 'system.load.1', 'offbeat.facts'];
      const query = {
        fields,
        dimensions: { device: 'sda' },
        match: { 'offbeat.entity.path': `${cluster}/host/node-a` },
      };
      expect(await search(query)).toEqual([
        { '@timestamp': '2026-11-23T15:00:00.000Z', 'other.acme.depth': 7, 'system.load.1': 0.5 },
        { '@timestamp': '2026-11-23T15:00:01.000Z', 'system.load.1': 2, 'offbeat.facts': { a: 'b' } },
      ]);
    });

    it('the numbers and names of a series are found to the last digit, over as many pages as there are', async () => {
      const cluster = unique('prod');
      const [count, dimensions] = [10_100, { 'disk.name': 'ä,%', device: 'sda' }] as const;
      const values = Array.from({ length: count }, (_, nth) => nth / 3 + 1e15 + Number.EPSILON);
      // Two documents have each moment: one of these is of other dimensions.
      const at = (nth: number, more: Readonly<Record<string, string>> = {}) =>
        sampleWrite({
          entity: host(cluster),
          timestampMs: startMs + nth * 1_000,
          dimensions: { ...dimensions, ...more },
          measurements: { 'system.load.1': values[nth]! },
        });
      await write(...values.flatMap((_, nth) => [at(nth), ...(nth < 50 ? [at(nth, { other: 'b' })] : [])]));
      const fields = ['@timestamp', 'offbeat.entity.path', 'labels.disk.name', 'system.load.1'];
      const found = await search({
        ...{ fields, dimensions, match: { 'offbeat.entity.path': `${cluster}/host/node-a` }, limit: count + 1_000 },
      });
      expect(found.map((document) => document['system.load.1'])).toEqual(values);
      expect(found[1]).toEqual({
        '@timestamp': '2026-11-23T15:00:01.000Z',
        'offbeat.entity.path': `${cluster}/host/node-a`,
        'labels.disk.name': 'ä,%',
        'system.load.1': values[1],
      });
    });

    it('the newest document of each entity, dataset and shipper is found', async () => {
      const cluster = unique('prod');
      const entity = { cluster, kind: 'host', name: 'a/b' } as const;
      const at = (second: number, parts: Partial<Sample>) =>
        sampleWrite({ entity, timestampMs: startMs + second * 1_000, ...parts });
      await write(
        at(5, {}),
        at(7, { dimensions: { device: 'sdb' } }),
        at(3, { dataset: 'system.load', dimensions: {} }),
        at(9, { source: 'collectd', dimensions: { device: 'sdc' } }),
        at(2, { entity: { ...entity, name: 'old' } }),
        at(8, { entity: { ...entity, cluster: `${cluster}2` } }),
      );
      await settle();
      const found = await opened().warehouse.newestByEntity({
        family: 'offbeat-samples',
        fromMs: startMs + 3_000,
        cluster,
      });
      expect(found.toSorted((a, b) => a.newestMs - b.newestMs)).toEqual([
        { entity, dataset: 'system.load', source: 'metricbeat', newestMs: startMs + 3_000 },
        { entity, dataset: 'system.diskio', source: 'metricbeat', newestMs: startMs + 7_000 },
        { entity, dataset: 'system.diskio', source: 'collectd', newestMs: startMs + 9_000 },
      ]);
      const summary = summaryWrite(cluster);
      await write(summary);
      await settle();
      const newest = await opened().warehouse.newestByEntity({ family: 'offbeat-summaries', fromMs: startMs, cluster });
      expect(newest).toEqual([{ entity: host(cluster), dataset: 'system.diskio', newestMs: startMs }]);
    });
  });
}
