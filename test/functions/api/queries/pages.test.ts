import { describe, expect, it } from 'vitest';
import { type Alert, alertVersion } from '../../../../functions/shared/domain/alert.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { alertOf, startMs } from '../../../support/alerts.ts';
import { apiOnStore } from '../api-on-store.ts';

const api = apiOnStore();
const ids = (body: { alerts: readonly Alert[] }): string[] => body.alerts.map(({ id }) => id);

/** The alerts of five moments, of which two are the same. */
const alerts = [0, 1, 1, 2, 3].map((minute, nth) =>
  alertOf({ id: `alert-${nth}`, startsAtMs: startMs + minute * 60_000 }),
);

describe('GET /api/alerts', () => {
  it('goes on where the page before ended, also after a newer alert', async () => {
    await api.persist(topics.alerts, alertVersion, ...alerts);
    const first = (await api.ask('/api/alerts?limit=3')).body;
    await api.persist(topics.alerts, alertVersion, alertOf({ id: 'newer', startsAtMs: startMs + 9 * 60_000 }));
    const second = (await api.ask(`/api/alerts?limit=3&cursor=${encodeURIComponent(first.next)}`)).body;
    expect([...ids(first), ...ids(second)].toSorted()).toEqual(alerts.map(({ id }) => id));
    expect(second).not.toHaveProperty('next');
  });

  it('refuses a cursor that is none', async () => {
    const { status, body } = await api.ask('/api/alerts?cursor=abc');
    expect([status, body.detail]).toEqual([
      400,
      'cursor: expected the value of next in the answer before, unchanged, and the same path and filters as there, got "abc"',
    ]);
  });

  it('refuses the cursor of another list, and that of other filters; the limit and the times may differ', async () => {
    await api.persist(topics.alerts, alertVersion, ...alerts);
    const { next } = (await api.ask('/api/alerts?limit=1&status=open')).body;
    const statusOf = async (path: string) => (await api.ask(`${path}&cursor=${encodeURIComponent(next)}`)).status;
    expect(await statusOf('/api/alerts?limit=3&status=open&from=-1h')).toBe(200);
    expect(await statusOf('/api/anomalies?limit=1')).toBe(400);
    expect(await statusOf('/api/alerts?limit=1')).toBe(400);
    expect(await statusOf('/api/alerts?limit=1&status=resolved')).toBe(400);
    expect(await statusOf('/api/inventory?limit=1')).toBe(400);
  });

  it('filters by severity and by a text in any case', async () => {
    const disk = alertOf({ id: 'disk', title: 'Disk of node-a full soon', severity: 'critical' });
    await api.persist(topics.alerts, alertVersion, disk, alertOf({ id: 'other' }));
    expect(ids((await api.ask('/api/alerts?severity=critical')).body)).toEqual(['disk']);
    expect(ids((await api.ask('/api/alerts?q=dISK%20OF')).body)).toEqual(['disk']);
    expect(ids((await api.ask('/api/alerts?q=prod/host/node-b')).body).toSorted()).toEqual(['disk', 'other']);
    expect(ids((await api.ask('/api/alerts?q=nothing')).body)).toEqual([]);
  });
});
