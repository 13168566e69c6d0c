import { expect, it } from 'vitest';
import { alertVersion } from '../../../../functions/shared/domain/alert.ts';
import { type Anomaly, anomalyVersion } from '../../../../functions/shared/domain/anomaly.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { alertOf, startMs } from '../../../support/alerts.ts';
import { apiOnStore } from '../api-on-store.ts';

const api = apiOnStore();
const [suspect] = alertOf().suspects;

const anomalyOf = (id: string, fromMs: number, endsAtMs?: number): Anomaly => ({
  id,
  revision: 1,
  state: endsAtMs === undefined ? 'open' : 'closed',
  kind: 'deviation',
  series: { ...suspect!.series, dimensions: { device: id } },
  dataset: 'system.diskio',
  startsAtMs: fromMs,
  updatedAtMs: fromMs,
  ...(endsAtMs !== undefined && { endsAtMs }),
  peak: 9,
  unit: 'By/s',
  score: 0.99,
  direction: 'up',
  detector: 'test',
  severity: 'warning',
  reason: 'writes off',
  scope: 'live',
});

const suspectOf = (anomalyId: string, startsAtMs: number) => ({ ...suspect!, anomalyId, startsAtMs });

/** An incident whose cause lasts, with a series that began later and was over soon, and one that lasts too. */
async function incident(): Promise<void> {
  const [cause, brief, lasting] = ['cause-1', 'brief-1', 'lasting-1'];
  const suspects = [
    suspectOf(cause!, startMs),
    suspectOf(brief!, startMs + 20_000),
    suspectOf(lasting!, startMs + 30_000),
  ];
  const anomalies = [...suspects.map(({ anomalyId }) => anomalyId), 'bytes-1'];
  await api.persist(
    topics.alerts,
    alertVersion,
    alertOf({ suspects, anomalies, annotations: { runbook: 'https://wiki/x' } }),
  );
  await api.persist(
    topics.signals,
    anomalyVersion,
    anomalyOf(cause!, startMs),
    anomalyOf(brief!, startMs + 20_000, startMs + 40_000),
    anomalyOf(lasting!, startMs + 30_000),
    anomalyOf('bytes-1', startMs),
  );
}

it('an alert is returned with the anomaly and the role of each suspect, a runbook and questions', async () => {
  await incident();
  const { body } = await api.ask(`/api/alerts/${alertOf().id}`);
  const evidence = body.evidence.map(({ anomaly, role }: { anomaly: Anomaly; role: string }) => [anomaly.id, role]);
  expect(evidence).toEqual([
    ['cause-1', 'cause'],
    ['brief-1', 'reaction'],
    ['lasting-1', 'effect'],
  ]);
  expect(body.others.map(({ id, peak }: Anomaly) => [id, peak])).toEqual([['bytes-1', 9]]);
  expect(body).toMatchObject({ runbook: 'https://wiki/x', comments: [], deliveries: [] });
  expect(body.checks[0]).toBe('Is a backup, a copy or a rebuild running?');
});

it('an alert is returned with its deliveries: those that wait, and those that were delivered', async () => {
  await incident();
  const { id } = alertOf();
  const held = { revision: 1, firstPageRevision: 1, owner: 'worker', nowMs: startMs, isRedrive: false };
  const key = { receiver: 'terminal', alertId: id };
  const request = { leaseMs: 1, receivedMs: startMs, healthySinceMs: 0, isProbe: false };
  await api.store.deliveries.claim(key, { ...held, ...request });
  await api.store.deliveries.wait(key, held, { nextTryMs: startMs + 9, reason: 'server error', failed: true });
  const { body } = await api.ask(`/api/alerts/${id}`);
  expect(body.deliveries).toMatchObject([{ receiver: 'terminal', state: 'waiting', reason: 'server error' }]);
});
