import { describe, expect, it } from 'vitest';
import { knownAlerts } from '../../../../../functions/alert/known-alerts.ts';
import type { Overview } from '../../../../../functions/api/answers/overview.ts';
import { type Alert, alertVersion } from '../../../../../functions/shared/domain/alert.ts';
import { sampleVersion } from '../../../../../functions/shared/domain/sample.ts';
import { silenceVersion } from '../../../../../functions/shared/domain/silence.ts';
import { defaultLayout } from '../../../../../functions/shared/log/layout.ts';
import { topics } from '../../../../../functions/shared/log/topics.ts';
import { chunkserver, inventoryWrite } from '../../../../contract/warehouse-writes.ts';
import { alertOf, startMs } from '../../../../support/alerts.ts';
import { apiOnStore, health } from '../../api-on-store.ts';
import { sample } from '../samples-of-node.ts';

const api = apiOnStore();
const hourMs = 3_600_000;

const silence = {
  id: 'silence-1',
  cluster: 'prod',
  revision: 1,
  state: 'active',
  by: 'ada',
  matchers: { name: 'muted' },
  ...{ createdAtMs: startMs, startsAtMs: startMs, endsAtMs: startMs + 60_000, updatedAtMs: startMs },
  scope: 'live',
};

const overview = async (query = ''): Promise<Overview> => (await api.ask(`/api/overview${query}`)).body;
const persistAlerts = (...alerts: readonly Alert[]) => api.persist(topics.alerts, alertVersion, ...alerts);

describe('the alerts of the overview', () => {
  it('are sorted by their trouble: silenced ones last, the worst first, those that nobody looks at first', async () => {
    const muted = { cluster: 'prod', kind: 'host', severity: 'critical', name: 'muted' };
    const silenced = { atMs: startMs, stage: 'silence', reason: 'silenced by silence-0' };
    const ofAda = { atMs: startMs + 5, stage: 'command', reason: 'acknowledged by ada' };
    await persistAlerts(
      // It was told before the silence began, and its trace has no decision about that yet.
      alertOf({ id: 'silenced', severity: 'critical', labels: muted }),
      alertOf({ id: 'once silenced', trace: [silenced], startsAtMs: startMs - 9 }),
      alertOf({ id: 'acknowledged', status: 'acknowledged', trace: [ofAda] }),
      alertOf({ id: 'warning' }),
      alertOf({ id: 'critical', severity: 'critical', startsAtMs: startMs - 5 }),
    );
    await api.persist(topics.alerts, silenceVersion, silence);
    const { alerts } = await overview();
    expect(alerts.open.map(({ id }) => id)).toEqual([
      'critical',
      'warning',
      'once silenced',
      'acknowledged',
      'silenced',
    ]);
    expect(alerts).toMatchObject({ openCount: 5, silenced: 1, resolved: [] });
    expect(alerts.open[3]).toMatchObject({ acknowledged: { by: 'ada', atMs: startMs + 5 } });
    expect(alerts.open[4]).toMatchObject({ silencedBy: 'silence-1' });
  });

  it('are counted all, however many there are, by cluster and without the silenced ones', async () => {
    const host = (nth: number) => ({ cluster: 'prod', kind: 'host', name: `node-${nth}` }) as const;
    const alerts = Array.from({ length: 1_050 }, (_, nth) => alertOf({ id: `a${nth}`, entity: host(nth) }));
    const ofAda = { atMs: startMs + 5, stage: 'command', reason: 'acknowledged by ada' };
    const broker = { cluster: 'recorded', kind: 'broker', name: 'b' } as const;
    await persistAlerts(
      ...alerts,
      alertOf({ id: 'taken', status: 'acknowledged', trace: [ofAda], entity: host(0) }),
      alertOf({ id: 'notice', severity: 'info', entity: host(2_000) }),
      alertOf({ id: 'of a replay', entity: broker, scope: 'recorded' }),
    );
    const found = (await overview()).alerts;
    expect([found.openCount, found.open.length]).toEqual([1_053, 1_000]);
    const none = { silenced: 0, paged: 0 };
    expect(found.clusters).toEqual([
      { cluster: 'prod', open: 1_052, acknowledged: 1, ...none, troubled: { host: 1_050 } },
      { cluster: 'recorded', isReplay: true, open: 1, acknowledged: 0, ...none, troubled: { broker: 1 } },
    ]);
  });

  it.each(['first notification', 'critical at once', 'over'])(
    'say when receivers were told first: %s',
    async (reason) => {
      await persistAlerts(alertOf({ trace: [{ atMs: startMs + 30_000, stage: 'group', reason }] }));
      expect((await overview()).alerts.open[0]).toMatchObject({ paged: { atMs: startMs + 30_000 } });
    },
  );

  it('have their likeliest cause, and when receivers were told first', async () => {
    const trace = [{ atMs: startMs + 30_000, stage: 'group', reason: 'first notification' }];
    await persistAlerts(alertOf({ trace }));
    const [alert] = (await overview()).alerts.open;
    expect(alert).toMatchObject({ cluster: 'prod', series: 1, components: 1, paged: { atMs: startMs + 30_000 } });
    expect(alert!.cause).toEqual({
      path: 'prod/host/node-b',
      series: 'prod/host/node-b system.diskio.write.bytes{device=sdb}',
      score: 0.9999,
      why: 'began first and is strongest',
    });
    expect(alert).not.toHaveProperty('isReplay');
  });

  it('that are resolved are those of the last hour, or the last ten', async () => {
    const ended = (id: string, agoMs: number) =>
      alertOf({ id, status: 'resolved', startsAtMs: startMs - 9 * hourMs, endsAtMs: startMs - agoMs });
    const ids = async () => (await overview()).alerts.resolved.map(({ id }) => id);
    await persistAlerts(...Array.from({ length: 12 }, (_, nth) => ended(`old ${nth}`, (2 + nth) * hourMs)));
    expect(await ids()).toEqual(Array.from({ length: 10 }, (_, nth) => `old ${nth}`));
    await persistAlerts(...Array.from({ length: 11 }, (_, nth) => ended(`new ${nth}`, nth * 1_000)));
    expect(await ids()).toEqual(Array.from({ length: 11 }, (_, nth) => `new ${nth}`));
  });
});

describe('the data of the overview', () => {
  const at = (second: number, name: string, parts: object = {}) =>
    sample(second, { 'system.load.1': 1 }, { entity: { cluster: 'prod', kind: 'host', name }, ...parts });

  it('names the newest sample of each shipper, and who is the furthest behind', async () => {
    await api.persist(
      topics.samples,
      sampleVersion,
      at(-100, 'a'),
      at(-10, 'a'),
      at(-30, 'b'),
      at(-20, 'b', { source: 'collectd' }),
      at(-2 * 3_600, 'gone'),
    );
    const { freshness, counts, newestSampleMs, clusters } = await overview();
    expect(freshness).toEqual([
      {
        source: 'collectd',
        cluster: 'prod',
        entities: 1,
        newestMs: startMs - 20_000,
        oldest: { path: 'prod/host/b', newestMs: startMs - 20_000 },
      },
      {
        source: 'metricbeat',
        cluster: 'prod',
        entities: 2,
        newestMs: startMs - 10_000,
        oldest: { path: 'prod/host/b', newestMs: startMs - 30_000 },
      },
    ]);
    expect(counts).toEqual({ machines: 2, chunkservers: 0, topics: 0, consumerGroups: 0 });
    expect({ newestSampleMs, clusters }).toEqual({ newestSampleMs: startMs - 10_000, clusters: ['local', 'prod'] });
  });

  it('of a replay has its own time, and does not report beside live clusters', async () => {
    const old = { entity: { cluster: 'recorded', kind: 'host', name: 'r' }, scope: 'recorded' } as const;
    await api.persist(topics.samples, sampleVersion, at(-10, 'a'), at(-9_000, 'x', old), at(-90_000, 'x', old));
    await persistAlerts(alertOf({ scope: 'recorded', entity: old.entity }));
    const { freshness, counts, alerts } = await overview();
    expect(freshness.map(({ cluster }) => cluster)).toEqual(['prod', 'recorded']);
    expect(freshness[1]).toMatchObject({ entities: 1, newestMs: startMs - 9_000_000 });
    expect(counts.machines).toBe(1);
    expect(alerts.open[0]).toMatchObject({ isReplay: true });
    expect((await overview('?cluster=recorded')).counts.machines).toBe(1);
  });

  it('has the status of each cluster, and Offbeat itself with its reason', async () => {
    await api.store.warehouse.write([
      inventoryWrite(
        chunkserver('prod', { timestampMs: startMs, seenMs: startMs, status: 'down', reason: 'it is away' }),
      ),
    ]);
    const { status } = await overview();
    expect(status).toMatchObject({ status: 'down', clusters: [{ cluster: 'prod', status: 'down' }] });
    expect(status.clusters[0]!.reason).toContain('it is away');
    const trouble = { message: 'the broker does not answer', failures: 3, permanent: false };
    const source = { topic: 'offbeat.beats', partition: 0, lagRecords: 7, trouble };
    const heldUp = { ...health, status: 'held up' as const, stages: [{ name: 'normalise', sources: [source] }] };
    const { body } = await api.ask('/api/overview', { ports: { health: async () => heldUp } });
    expect(body.offbeat).toEqual({
      status: 'held up',
      reason: 'stage normalise: the broker does not answer',
      lagRecords: 7,
    });
  });
});

describe('an overview without a warehouse', () => {
  it('has what the alert stage knows, and says what is missing', async () => {
    const { ledger, objects } = api.store;
    const warehouse = knownAlerts({ ledger, objects, layout: defaultLayout });
    const { status, body } = await api.ask('/api/overview', { ports: { warehouse } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: { status: 'unknown' },
      newestSampleMs: null,
      deliveries: { delivered: null },
    });
    expect(body.note).toContain('without a warehouse');
  });
});

describe('changes', () => {
  it('read health, alerts and data once for all pages that ask at the same time', async () => {
    const counts = { health: 0, searches: 0 };
    const { warehouse } = api.store;
    const counting = Object.create(warehouse, {
      search: {
        value: (query: Parameters<typeof warehouse.search>[0]) => {
          counts.searches += 1;
          return warehouse.search(query);
        },
      },
    });
    const countedHealth = async () => {
      counts.health += 1;
      return health;
    };
    const searchesOf = async (pages: number): Promise<number> => {
      const over = api.open({ warehouse: counting, health: countedHealth });
      counts.searches = 0;
      await Promise.all(Array.from({ length: pages }, () => api.ask('/api/changes', { over })));
      return counts.searches;
    };
    expect(await searchesOf(12)).toBe(await searchesOf(1));
    expect(counts.health).toBe(2);
  });

  const changes = async (after: string) => (await api.ask(`/api/changes?after=${after}`)).body;

  it('contain nothing while nothing changes', async () => {
    await persistAlerts(alertOf());
    const { cursor } = await overview();
    expect(await changes(cursor)).toMatchObject({ cursor, alerts: [], silences: false, inventory: false });
  });

  it('contain an alert that changed, and one that was resolved since although it is no recent one', async () => {
    const old = { startsAtMs: startMs - 90 * hourMs };
    await persistAlerts(alertOf({ id: 'old', ...old }));
    const resolved = { status: 'resolved', endsAtMs: startMs } as const;
    await persistAlerts(...Array.from({ length: 60 }, (_, nth) => alertOf({ id: `${nth}`, ...resolved })));
    const { cursor } = await overview();
    await persistAlerts(alertOf({ id: 'old', ...old, ...resolved, revision: 2, transition: 'resolved' }));
    const found = await changes(cursor);
    expect(found.alerts.find(({ id }: Alert) => id === 'old')).toMatchObject({ status: 'resolved', revision: 2 });
    expect((await changes(found.cursor)).alerts).toEqual([]);
  });

  it('name a silence, and a component whose status changed', async () => {
    const { cursor } = await overview();
    await api.persist(topics.alerts, silenceVersion, silence);
    const first = await changes(cursor);
    expect(first).toMatchObject({ silences: true, inventory: false });
    await api.store.warehouse.write([inventoryWrite(chunkserver('prod', { status: 'down', seenMs: startMs }))]);
    expect(await changes(first.cursor)).toMatchObject({ silences: false, inventory: true });
  });

  it.each(['x', 'e30', Buffer.from('[]').toString('base64url')])('refuse the cursor "%s"', async (after) => {
    expect((await api.ask(`/api/changes?after=${after}`)).status).toBe(400);
  });
});
