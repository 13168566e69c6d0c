import { beforeEach, describe, expect, it } from 'vitest';
import { type Alert, alertVersion } from '../../../../functions/shared/domain/alert.ts';
import { problemDetails } from '../../../../functions/shared/domain/problem-details.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { alertOf, startMs } from '../../../support/alerts.ts';
import { apiOnStore } from '../api-on-store.ts';
import { node } from './samples-of-node.ts';

const api = apiOnStore();

describe('an empty warehouse', () => {
  it('an empty warehouse has no alerts', async () => {
    expect((await api.ask('/api/alerts')).body).toEqual({ alerts: [] });
  });
});

describe('alerts', () => {
  const ended = { status: 'resolved', endsAtMs: startMs + 1_000, transition: 'resolved', revision: 3 } as const;
  const old = alertOf({ id: 'old', ...ended });
  const elsewhere = alertOf({ id: 'elsewhere', startsAtMs: startMs + 2_000, entity: node, scope: 'recorded' });
  const newest = alertOf({ id: 'newest', startsAtMs: startMs + 3_000 });
  beforeEach(() => api.persist(topics.alerts, alertVersion, old, newest, elsewhere));

  it('alerts are listed the newest first, as in the contract', async () => {
    expect((await api.ask('/api/alerts')).body).toEqual({ alerts: [newest, elsewhere, old] });
  });

  it('alerts are filtered by status, cluster and time, and limited', async () => {
    const ids = async (path: string) => (await api.ask(path)).body.alerts.map(({ id }: Alert) => id);
    expect(await ids('/api/alerts?status=resolved')).toEqual(['old']);
    expect(await ids('/api/alerts?cluster=recorded')).toEqual(['elsewhere']);
    expect(await ids('/api/alerts?status=open&cluster=prod')).toEqual(['newest']);
    expect(await ids('/api/alerts?limit=2')).toEqual(['newest', 'elsewhere']);
    expect(await ids(`/api/alerts?from=${startMs + 2_000}&to=${startMs + 3_000}`)).toEqual(['elsewhere']);
  });

  it('an alert is found by its id, in its newest revision', async () => {
    const later = { ...newest, revision: 2, transition: 'updated' };
    await api.persist(topics.alerts, alertVersion, later);
    expect(await api.ask('/api/alerts/newest')).toMatchObject({ status: 200, body: later });
  });

  it('an alert that does not exist is answered with 404 and the remedy', async () => {
    const { status, body } = await api.ask('/api/alerts/none');
    expect([status, body]).toEqual([
      404,
      problemDetails(404, 'alert "none": there is no such alert; /api/alerts lists them'),
    ]);
  });
});
