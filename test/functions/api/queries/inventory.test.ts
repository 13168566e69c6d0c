import { describe, expect, it } from 'vitest';
import type { InventoryItem } from '../../../../functions/shared/domain/inventory.ts';
import { chunkserver, inventoryWrite } from '../../../contract/warehouse-writes.ts';
import { startMs } from '../../../support/alerts.ts';
import { apiOnStore } from '../api-on-store.ts';

const api = apiOnStore();

/** Writes items that were seen now. */
const write = (...items: readonly InventoryItem[]) => api.store.warehouse.write(items.map(inventoryWrite));
const named = (name: string, parts: Partial<InventoryItem> = {}, cluster = 'prod') =>
  chunkserver(cluster, {
    entity: { cluster, kind: 'chunkserver', name },
    timestampMs: startMs,
    seenMs: startMs,
    ...parts,
  });
const disk = (parts: Partial<InventoryItem>) =>
  named('a', { dataset: 'moosefs.disk', kind: 'disk', role: 'part', ...parts });
const at = (position: number) => ({ facts: { 'moosefs.chunkserver.position': String(position) } });

const namesOf = async (path: string): Promise<string[]> => {
  const { body } = await api.ask(path);
  return body.inventory.map(({ entity, dimensions }: InventoryItem) =>
    [entity.name, ...Object.values(dimensions)].join(' '),
  );
};

describe('GET /api/inventory', () => {
  it('returns components by cluster and kind, and chunkservers in the order of their master', async () => {
    await write(
      disk({ dimensions: { device: '/mnt/2' } }),
      disk({ dimensions: { device: '/mnt/1' } }),
      named('11:9513', at(10)),
      named('50:9513', at(2)),
      named('119:9513', { ...at(9), dimensions: { server_id: '9' } }),
      named('other', {}, 'another'),
    );
    expect(await namesOf('/api/inventory')).toEqual([
      'other',
      '50:9513',
      '119:9513 9',
      '11:9513',
      'a /mnt/1',
      'a /mnt/2',
    ]);
    expect(await namesOf('/api/inventory?kind=disk')).toEqual(['a /mnt/1', 'a /mnt/2']);
    expect(await namesOf('/api/inventory?cluster=another')).toEqual(['other']);
  });

  it('returns an item whole, and one that was not seen for long as unknown', async () => {
    const [seen, unseen] = [named('seen'), named('unseen', { seenMs: startMs - 180_001 })];
    await write(seen, unseen);
    const { body } = await api.ask('/api/inventory');
    expect(body).toEqual({
      inventory: [
        seen,
        { ...unseen, status: 'unknown', sinceMs: unseen.seenMs, reason: 'not seen for more than 3 min' },
      ],
    });
  });

  it('measures what was not seen in a replay by its newest component of any kind', async () => {
    const replayed = (name: string, timestampMs: number, parts: Partial<InventoryItem> = {}) =>
      named(name, { scope: 'old', timestampMs, seenMs: timestampMs, ...parts }, 'old');
    await write(replayed('a', 0), replayed('b', 180_001, { kind: 'disk', role: 'part' }));
    const { body } = await api.ask('/api/inventory?kind=chunkserver');
    expect(body.inventory).toMatchObject([{ status: 'unknown', sinceMs: 0 }]);
    expect((await api.ask('/api/inventory?kind=disk')).body.inventory).toMatchObject([{ status: 'ok' }]);
  });

  it('says that it left some out, which the next pages have', async () => {
    await write(named('a'), named('b', { timestampMs: startMs - 1 }), named('c'));
    const { body } = await api.ask('/api/inventory?limit=2');
    expect(body).toMatchObject({
      inventory: [{ entity: { name: 'a' } }, { entity: { name: 'b' } }],
      note: '2 of 3 components are listed; "next" goes on',
    });
    const rest = (await api.ask(`/api/inventory?limit=2&cursor=${encodeURIComponent(body.next)}`)).body;
    expect(rest).toMatchObject({ inventory: [{ entity: { name: 'c' } }] });
    expect(rest).not.toHaveProperty('next');
  });

  it('refuses an unknown kind with the known ones', async () => {
    const { status, body } = await api.ask('/api/inventory?kind=server');
    expect([status, body.detail]).toEqual([400, expect.stringMatching(/kind.*chunkserver/)]);
  });
});

describe('GET /api/status', () => {
  it('is unknown if nothing is known', async () => {
    expect((await api.ask('/api/status')).body).toEqual({ status: 'unknown', clusters: [] });
  });

  it('has the status of each cluster, numbers of components, and those with faults, the worst first', async () => {
    await write(
      named('fine', {}, 'another'),
      named('a'),
      named('b', { status: 'down', reason: 'disconnected from its master', sinceMs: 5 }),
      named('c', { status: 'degraded', reason: '2 errors', sinceMs: 3 }),
      disk({ dimensions: { device: '/mnt/1' } }),
      disk({ dimensions: { device: '/mnt/2' }, seenMs: 0 }),
    );
    const { body } = await api.ask('/api/status');
    expect(body).toEqual({
      status: 'degraded',
      clusters: [
        {
          cluster: 'another',
          status: 'ok',
          sinceMs: expect.any(Number),
          counts: { chunkserver: { ok: 1 } },
          components: [],
        },
        {
          cluster: 'prod',
          status: 'degraded',
          reason: 'chunkserver b is down: disconnected from its master; chunkserver c is degraded: 2 errors',
          sinceMs: 3,
          counts: { chunkserver: { ok: 1, down: 1, degraded: 1 }, disk: { ok: 1 } },
          components: [
            expect.objectContaining({
              kind: 'chunkserver',
              status: 'down',
              reason: 'disconnected from its master',
              sinceMs: 5,
            }),
            expect.objectContaining({ kind: 'chunkserver', status: 'degraded' }),
          ],
        },
      ],
    });
    expect((await api.ask('/api/status?cluster=another')).body).toMatchObject({ status: 'ok', clusters: [{}] });
  });

  it('is decided by a replay only where nothing is live', async () => {
    await write(named('a', { scope: 'old', status: 'down' }, 'old'));
    expect((await api.ask('/api/status')).body).toMatchObject({ status: 'down', clusters: [{ isReplay: true }] });
    await write(named('a'));
    expect((await api.ask('/api/status')).body).toMatchObject({ status: 'ok', clusters: [{}, {}] });
    expect((await api.ask('/api/status?cluster=old')).body.status).toBe('down');
  });

  it('lists at most as many components as the limit, and counts all', async () => {
    await write(...['a', 'b', 'c'].map((name) => named(name, { status: 'down' })));
    const [{ counts, components }] = (await api.ask('/api/status?limit=2')).body.clusters;
    expect([counts, components.length]).toEqual([{ chunkserver: { down: 3 } }, 2]);
  });
});
