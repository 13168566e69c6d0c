import type { Alert } from '../../functions/shared/domain/alert.ts';

const entity = { cluster: 'prod', kind: 'host', name: 'node-a' } as const;
const series = { entity, metric: 'system.diskio.write.bytes', dimensions: { device: 'sda' } };
export const startsAtMs = Date.parse('2026-11-23T15:00:00Z');

export const alert: Alert = {
  id: 'alert-1',
  revision: 2,
  transition: 'updated',
  notify: true,
  status: 'open',
  severity: 'warning',
  title: 'diskio write bytes high on node-a/sda',
  headline: 'diskio write bytes on node-a/sda at 140 MB/s, expected 2 to 9 MB/s.',
  entity,
  startsAtMs,
  updatedAtMs: startsAtMs + 60_000,
  anomalies: ['anomaly-1'],
  suspects: [{ entity, anomalyId: 'anomaly-1', series, startsAtMs, score: 0.99, why: 'began first' }],
  labels: {},
  annotations: {},
  trace: [{ atMs: startsAtMs, stage: 'group', reason: 'first notification', detail: 'after 30 s' }],
  scope: 'live',
};
