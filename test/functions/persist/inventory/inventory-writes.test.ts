import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../../functions/shared/domain/errors.ts';
import type { Sample } from '../../../../functions/shared/domain/sample.ts';
import { letterHeader } from '../../../../functions/shared/log/dead-letter.ts';
import { inventoryDocument } from '../../../../functions/shared/warehouse/inventory-document.ts';
import { warehouseOver } from '../../../support/warehouse-over.ts';
import { openPersist, sample, sampleRecords } from '../open-persist.ts';

const server = (nth: number, chunks: number, parts: Partial<Sample> = {}): Sample =>
  sample(nth, {
    entity: { cluster: 'prod', kind: 'chunkserver', name: '50:9513' },
    dataset: 'moosefs.chunkserver',
    measurements: { 'moosefs.chunkserver.chunks': chunks },
    ...parts,
  });

describe('persist and the inventory', () => {
  it('writes one item for a component, with its newest sample, and none for a host', async () => {
    const { all, persist } = openPersist();
    await persist(sampleRecords(server(0, 1), server(2, 3), server(1, 2), sample(0)));
    const items = (await all('offbeat-inventory')).map(inventoryDocument.read);
    expect(items.map(({ entity, measurements }) => [entity.name, measurements])).toEqual([
      ['50:9513', { 'moosefs.chunkserver.chunks': 3 }],
    ]);
  });

  it('changes nothing when a batch comes once more, or an older one comes late', async () => {
    const { all, persist } = openPersist();
    const [older, newer] = [sampleRecords(server(0, 1)), sampleRecords(server(1, 2), server(2, 3))];
    await persist(newer);
    const before = await all('offbeat-inventory');
    await persist(newer);
    await persist(older);
    expect(await all('offbeat-inventory')).toEqual(before);
  });

  it('retries the batch while the inventory cannot be read, and writes nothing of it before', async () => {
    const { store, all, persist } = openPersist();
    const away = warehouseOver(store.warehouse, {
      inventoryById: () => Promise.reject(new UnavailableError('no answer')),
    });
    const batch = sampleRecords(server(0, 1));
    await expect(persist(batch, { warehouse: away })).rejects.toThrow('no answer');
    expect(await all('offbeat-samples')).toEqual([]);
    await persist(batch);
    expect(await all('offbeat-inventory')).toHaveLength(1);
  });

  it('finishes the inventory when a batch is retried of which only the samples were written', async () => {
    const { store, all, persist } = openPersist();
    const half = warehouseOver(store.warehouse, {
      async write(writes) {
        await store.warehouse.write(writes.filter(({ family }) => family === 'offbeat-samples'));
        throw new UnavailableError('429');
      },
    });
    const batch = sampleRecords(server(0, 1), server(1, 2));
    await expect(persist(batch, { warehouse: half })).rejects.toThrow('429');
    await persist(batch);
    expect((await all('offbeat-inventory')).map((item) => item['@timestamp'])).toEqual(['2026-11-23T10:00:10.000Z']);
  });

  it('rejects the newest record of an item that the warehouse refuses', async () => {
    const { store, persist, deadLetters } = openPersist();
    const refusing = warehouseOver(store.warehouse, {
      write: async (writes) => [{ index: writes.length - 1, reason: 'strict mapping' }],
    });
    await persist(sampleRecords(server(1, 2), server(0, 1)), { warehouse: refusing });
    expect(deadLetters().map(({ headers }) => headers[letterHeader.offset])).toEqual(['0']);
  });

  it('does not ask the warehouse for a batch without components', async () => {
    const { store, persist } = openPersist();
    const asked: (readonly string[])[] = [];
    const watched = warehouseOver(store.warehouse, {
      inventoryById: (ids) => {
        asked.push(ids);
        return store.warehouse.inventoryById(ids);
      },
    });
    await persist(sampleRecords(sample(0), sample(1)), { warehouse: watched });
    expect(asked).toEqual([]);
  });
});
