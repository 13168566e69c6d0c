import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpWarehouse } from '../../functions/set-up-warehouse/set-up.ts';
import { openSearchClient } from '../../functions/shared/adapters/opensearch/client.ts';
import { searchServer } from '../../functions/shared/adapters/opensearch/server.ts';
import { OpenSearchWarehouse } from '../../functions/shared/adapters/opensearch/warehouse.ts';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import type { WarehouseWrite } from '../../functions/shared/ports/warehouse.ts';
import { sampleDocument } from '../../functions/shared/warehouse/sample-document.ts';
import { startOpenSearch } from './servers/opensearch.ts';
import type { StartedServer } from './servers/server.ts';

const startMs = Date.parse('2026-11-23T15:00:00Z');

const batch = (count: number): WarehouseWrite[] =>
  Array.from({ length: count }, (_, nth) => {
    const timestampMs = startMs + nth;
    const document = sampleDocument.write({
      entity: { cluster: 'prod', kind: 'host', name: 'node-a' },
      timestampMs,
      dataset: 'system.diskio',
      dimensions: { device: 'sda' },
      measurements: { 'system.diskio.write.bytes': nth },
      source: 'metricbeat',
    });
    return { family: 'offbeat-samples', id: `id-${nth}`, timeMs: timestampMs, document };
  });

describe('a node that is killed in the middle and started again', () => {
  let node: StartedServer;

  beforeAll(async () => {
    node = await startOpenSearch();
  });
  afterAll(async () => {
    await node.close();
  });

  it('has every document once after the failed batch is written again', async () => {
    const client = await openSearchClient({ url: node.address });
    const warehouse = new OpenSearchWarehouse(client, { retryLimits: { deadlineMs: 1_000 } });
    await setUpWarehouse(searchServer(client), startMs);
    const writes = batch(60_000);

    // Twelve requests: the node is killed once the first one has arrived.
    const writing = warehouse.write(writes);
    const outcome = writing.then(
      () => 'written',
      (error: unknown) => error,
    );
    while ((await refreshedCount()) === 0);
    await node.server.kill();
    expect(await outcome).toBeInstanceOf(UnavailableError);
    await expect(warehouse.write(writes.slice(0, 1))).rejects.toBeInstanceOf(UnavailableError);
    await expect(warehouse.count('offbeat-samples')).rejects.toBeInstanceOf(UnavailableError);
    const query = { family: 'offbeat-samples', order: 'oldest first', limit: 1 } as const;
    await expect(warehouse.search(query)).rejects.toBeInstanceOf(UnavailableError);

    await node.server.start();
    const patient = new OpenSearchWarehouse(client, { refresh: true, retryLimits: { deadlineMs: 60_000 } });
    expect(await patient.write(writes)).toEqual([]);
    expect(await patient.count('offbeat-samples')).toBe(writes.length);
    const found = await patient.search({ ...query, limit: writes.length });
    expect(found.map((document) => document['system.diskio.write.bytes'])).toEqual(writes.map((_, nth) => nth));

    /** Returns the number of documents; 0 while a shard is being created, which does not answer. */
    async function refreshedCount(): Promise<number> {
      await client.indices.refresh({ index: 'offbeat-samples', ignore_unavailable: true });
      return warehouse.count('offbeat-samples').catch(() => 0);
    }
  });

  it('is waited for by a write whose deadline is long enough', async () => {
    const client = await openSearchClient({ url: node.address });
    const patient = new OpenSearchWarehouse(client, { refresh: true, retryLimits: { deadlineMs: 90_000 } });
    await setUpWarehouse(searchServer(client), startMs);
    const [early, late] = batch(70_000).slice(-2) as [WarehouseWrite, WarehouseWrite];
    expect(await patient.write([early])).toEqual([]);
    const before = await patient.count('offbeat-samples');
    await node.server.kill();
    const writing = patient.write([late]).catch((error: unknown) => error);
    await node.server.start();
    expect(await writing).toEqual([]);
    expect(await patient.count('offbeat-samples')).toBe(before + 1);
  });
});
