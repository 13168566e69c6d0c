import { beforeEach, describe, expect, it } from 'vitest';
import { setUpWarehouse } from '../../functions/set-up-warehouse/set-up.ts';
import { dayMs } from '../../functions/shared/domain/durations.ts';
import { families, type WarehouseWrite } from '../../functions/shared/ports/warehouse.ts';
import { inventoryIndex, spanOfIndex } from '../../functions/shared/warehouse/index-names.ts';
import { existingIndices } from '../support/existing-indices.ts';
import { client, refresh, server, warehouse, wipe } from './opensearch.ts';

const limit = 'cluster.max_shards_per_node';
const beginMs = Date.parse('2026-11-23T15:00:00Z');

beforeEach(wipe);

/** Returns a write for each index that exists at a time. */
function writesOf(nowMs: number): ReadonlyMap<string, WarehouseWrite> {
  const each = families.flatMap((family) =>
    existingIndices(family, nowMs).map((index): [string, WarehouseWrite] => {
      const timeMs = index === inventoryIndex ? beginMs : spanOfIndex(family, index)!.fromMs;
      const document = { '@timestamp': new Date(timeMs).toISOString(), 'host.name': 'node-a' };
      return [index, { family, id: index, timeMs, document }];
    }),
  );
  return new Map(each);
}

describe('a node that may have 60 shards', () => {
  it('has room for the indices of every second week of a year, whose documents are all found', {
    timeout: 600_000,
  }, async () => {
    await setUpWarehouse(server, beginMs);
    const settings = (value: number | null) =>
      server.request('PUT', '/_cluster/settings', { transient: { [limit]: value } });
    await settings(60);
    try {
      const existing = new Set<string>();
      for (let week = 0; week <= 54; week += 2) {
        const wanted = writesOf(beginMs + week * 7 * dayMs);
        const gone = [...existing].filter((index) => !wanted.has(index));
        for (const index of gone) await client.indices.delete({ index });
        for (const index of gone) existing.delete(index);
        const writes = [...wanted].filter(([index]) => !existing.has(index)).map(([, write]) => write);
        expect(await warehouse().write(writes)).toEqual([]);
        for (const index of wanted.keys()) existing.add(index);
      }
      await refresh();
      const counted = await Promise.all(families.map((family) => warehouse().count(family)));
      expect(counted.reduce((sum, count) => sum + count)).toBe(existing.size);
    } finally {
      await settings(null);
    }
  });

  it('finds documents in indices of the names that an older release gave them', async () => {
    await setUpWarehouse(server, beginMs);
    const document = { '@timestamp': '2026-11-23T15:00:00.000Z', 'host.name': 'node-a' };
    await client.index({ index: 'offbeat-alerts-2026.11.23', id: 'old', body: document });
    await refresh();
    expect(await warehouse().search({ family: 'offbeat-alerts', order: 'oldest first', limit: 10 })).toEqual([
      document,
    ]);
  });
});
