import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { header } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import type { Warehouse } from '../../../functions/shared/ports/warehouse.ts';
import { Crash, failOnce, withFaults } from '../../support/faults.ts';
import { openPersist, record, sample, sampleRecords } from './open-persist.ts';

describe('failure points of persist', () => {
  const batch = sampleRecords(sample(0), sample(1), sample(2));

  it('6: half of a bulk request is applied and the rest throttled; the batch is retried and each document exists once', async () => {
    const { store, all, persist } = openPersist();
    const half: Warehouse = {
      ...store.warehouse,
      async write(writes) {
        await store.warehouse.write(writes.slice(0, 2));
        throw new UnavailableError('429 for 1 of 3 documents');
      },
      search: (query) => store.warehouse.search(query),
      count: (family) => store.warehouse.count(family),
    };
    await expect(persist(batch, { warehouse: half })).rejects.toThrow('429');
    expect(await store.warehouse.count('offbeat-samples')).toBe(2);
    const before = await all('offbeat-samples');
    await persist(batch);
    expect((await all('offbeat-samples')).slice(0, 2)).toEqual(before);
    expect(await store.warehouse.count('offbeat-samples')).toBe(3);
  });

  it.each(['before', 'after'] as const)(
    '7: persist dies %s the bulk request; the batch is retried and changes no existing document',
    async (side) => {
      const { store, all, persist } = openPersist();
      const warehouse = withFaults('warehouse', store.warehouse, failOnce('warehouse.write', side, new Crash()));
      await expect(persist(batch, { warehouse })).rejects.toThrow(Crash);
      await persist(batch);
      const once = await all('offbeat-samples');
      expect(once).toHaveLength(3);
      await persist([...batch].reverse());
      expect(await all('offbeat-samples')).toEqual(once);
    },
  );

  it('7: persist dies after a dead letter was appended; the second one has the same position', async () => {
    const { store, persist, deadLetters } = openPersist();
    const eventLog = withFaults('eventLog', store.eventLog, failOnce('eventLog.append', 'after', new Crash()));
    const poison = [record(topics.samples, 'sample/9', {}, 7)];
    await expect(persist(poison, { eventLog })).rejects.toThrow(Crash);
    await persist(poison);
    const positions = deadLetters().map(({ headers }) => headers[header.position]);
    expect(positions).toEqual(['persist/offbeat.samples/0 0 7 0', 'persist/offbeat.samples/0 0 7 0']);
  });

  it('15: a very old batch of a replay goes to the index of its own day, whatever the day on which it is written', async () => {
    const { all, persist } = openPersist();
    const old = sample(0, { timestampMs: Date.parse('2019-02-28T23:59:59.999Z'), scope: 'recorded' });
    await persist(sampleRecords(old));
    await persist(sampleRecords(old));
    expect((await all('offbeat-samples')).map((found) => found['@timestamp'])).toEqual(['2019-02-28T23:59:59.999Z']);
  });
});
