import type { Alert } from '../../functions/shared/domain/alert.ts';

/** The day on which the alerts below happen. */
export const startMs = Date.parse('2026-11-23T10:00:00Z');

/** Returns an announced alert about the disk writes of a host, changed by `parts`. */
export function alertOf(parts: Partial<Alert> = {}): Alert {
  const entity = { cluster: 'prod', kind: 'host', name: 'node-b' } as const;
  return {
    id: 'k3Jd82hLmQ0vTnXyRz5cWb7pAe',
    revision: 1,
    transition: 'opened',
    firstPageRevision: 1,
    notify: true,
    status: 'open',
    severity: 'warning',
    title: 'writes off on node-b',
    headline: 'diskio write bytes on node-b/sdb at 92 MB/s, expected 1 to 3 MB/s',
    entity,
    startsAtMs: startMs,
    updatedAtMs: startMs + 50_000,
    anomalies: ['V0n6yG1mXq3tKpR8sWb2cZd4fA'],
    suspects: [
      {
        entity,
        anomalyId: 'V0n6yG1mXq3tKpR8sWb2cZd4fA',
        series: { entity, metric: 'system.diskio.write.bytes', dimensions: { device: 'sdb' } },
        startsAtMs: startMs,
        score: 0.9999,
        why: 'began first and is strongest',
      },
    ],
    labels: { cluster: 'prod', kind: 'host', severity: 'warning' },
    annotations: {},
    trace: [{ atMs: startMs + 20_000, stage: 'correlate', reason: 'new incident' }],
    scope: 'live',
    ...parts,
  };
}

/** Returns an alert that is larger than any message: 500 anomalies, 60 decisions, ten suspects with long names. */
export function hugeAlert(parts: Partial<Alert> = {}): Alert {
  const small = alertOf();
  const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
  return alertOf({
    anomalies: many(500, (index) => `anomaly-${index}`.padEnd(26, '-')),
    suspects: many(10, (index) => ({ ...small.suspects[0]!, why: `because of ${index} ${'✗'.repeat(1_000)}` })),
    trace: many(60, (index) => ({ atMs: startMs + index, stage: 'group', reason: 'nothing new', detail: `${index}` })),
    ...parts,
  });
}

/**
 * Returns a message as SNS sends it to a queue that subscribes without raw delivery.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
 */
export function envelope(alert: Alert, parts: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: '0a1b2c3d-0000-5000-8000-000000000001',
    TopicArn: 'arn:aws:sns:eu-central-1:000000000000:offbeat',
    Subject: `[${alert.severity}] ${alert.transition}: ${alert.title}`,
    Message: JSON.stringify(alert),
    Timestamp: '2026-11-23T10:00:51.000Z',
    MessageAttributes: { cluster: { Type: 'String', Value: alert.entity.cluster } },
    ...parts,
  });
}
