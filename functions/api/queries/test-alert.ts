import { randomUUID } from 'node:crypto';
import type { Alert } from '../../shared/domain/alert.ts';
import { liveScope } from '../../shared/domain/sample.ts';

/** Returns an alert of severity `info` that says that it is a test. @param by who tests */
export function testAlert(cluster: string, by: string, nowMs: number): Alert {
  const entity = { cluster, kind: 'service', name: 'offbeat' } as const;
  const id = `test-${randomUUID()}`;
  const series = { entity, metric: 'offbeat.test', dimensions: {} };
  const why = 'it is a test';
  return {
    id,
    revision: 1,
    transition: 'opened',
    firstPageRevision: 1,
    notify: true,
    status: 'open',
    severity: 'info',
    title: 'test of a receiver',
    headline: `This is a test that ${by} asked for. Nothing is wrong.`,
    entity,
    startsAtMs: nowMs,
    updatedAtMs: nowMs,
    anomalies: [id],
    suspects: [{ entity, anomalyId: id, series, startsAtMs: nowMs, score: 0, why }],
    labels: { cluster, severity: 'info' },
    annotations: {},
    trace: [{ atMs: nowMs, stage: 'command', reason: `test by ${by}` }],
    scope: liveScope,
  };
}
