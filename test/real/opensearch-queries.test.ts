import { beforeAll, describe, expect, it } from 'vitest';
import { createAggregate } from '../../functions/aggregate/handler.ts';
import { setUpWarehouse } from '../../functions/set-up-warehouse/set-up.ts';
import type { Alert } from '../../functions/shared/domain/alert.ts';
import type { Anomaly } from '../../functions/shared/domain/anomaly.ts';
import type { Entity } from '../../functions/shared/domain/entity.ts';
import { silentTelemetry } from '../../functions/shared/ports/telemetry.ts';
import type { WarehouseWrite } from '../../functions/shared/ports/warehouse.ts';
import { alertDocument } from '../../functions/shared/warehouse/alert-document.ts';
import { anomalyDocument } from '../../functions/shared/warehouse/anomaly-document.ts';
import { attemptDocument } from '../../functions/shared/warehouse/attempt-document.ts';
import { sampleDocument } from '../../functions/shared/warehouse/sample-document.ts';
import { summaryDocument } from '../../functions/shared/warehouse/summary-document.ts';
import { ManualClock } from '../local/memory-broker.ts';
import { attempt } from '../support/attempts.ts';
import { lambdaContext } from '../support/lambda-context.ts';
import { warehouseQueries } from '../support/warehouse-queries.ts';
import { refresh, server, warehouse, wipe } from './opensearch.ts';

const [minuteMs, hourMs] = [60_000, 3_600_000];
/** The time of the documents: the queries ask for "the last day" by the server's clock. */
const nowMs = Date.now();
const thisHourMs = Math.floor(nowMs / hourMs) * hourMs;
const startMs = thisHourMs - hourMs;

const host: Entity = { cluster: 'prod', kind: 'host', name: 'node-a' };
const group: Entity = { cluster: 'prod', kind: 'consumer-group', name: 'indexer' };
const series = { entity: host, metric: 'system.diskio.write.bytes', dimensions: { device: 'sda' } };

const anomaly: Anomaly = {
  id: 'anomaly-1',
  revision: 3,
  state: 'closed',
  kind: 'deviation',
  series,
  dataset: 'system.diskio',
  startsAtMs: startMs,
  updatedAtMs: startMs + 30 * minuteMs,
  endsAtMs: startMs + 30 * minuteMs,
  peak: 2e8,
  expected: 1e6,
  lower: 0,
  upper: 3e6,
  unit: 'By/s',
  score: 0.999,
  zScore: 12.5,
  direction: 'up',
  detector: 'ewma',
  severity: 'critical',
  reason: 'writes on node-a/sda at 200 MB/s, expected 0 to 3 MB/s',
  closedBecause: 'back to normal',
  scope: 'live',
};

const alert: Alert = {
  id: 'alert-1',
  revision: 2,
  transition: 'resolved',
  notify: true,
  status: 'resolved',
  severity: 'critical',
  title: 'node-a: disk writes',
  headline: anomaly.reason,
  entity: host,
  startsAtMs: startMs,
  updatedAtMs: startMs + 30 * minuteMs,
  endsAtMs: startMs + 30 * minuteMs,
  anomalies: ['anomaly-1'],
  suspects: [{ entity: host, anomalyId: 'anomaly-1', series, startsAtMs: startMs, score: 1, why: 'began first' }],
  labels: { cluster: 'prod' },
  annotations: { runbook: 'https://example.org/runbook' },
  trace: [{ atMs: startMs, stage: 'group', reason: 'first notification' }],
  scope: 'live',
};
const open: Alert = { ...alert, id: 'alert-2', status: 'open', severity: 'warning' };

const figures = (avg: number) => ({ avg, min: avg, max: avg * 2, last: avg, count: 6, expected: 1e6, score: 0.5 });

function minutes(): WarehouseWrite[] {
  return Array.from({ length: 60 }, (_, nth) => startMs + nth * minuteMs).flatMap((timeMs, nth) => {
    const disk = summaryDocument.write({
      entity: host,
      minuteMs: timeMs,
      dataset: 'system.diskio',
      dimensions: { device: 'sda' },
      metrics: { 'system.diskio.write.bytes': figures(nth) },
    });
    const lag = summaryDocument.write({
      entity: group,
      minuteMs: timeMs,
      dataset: 'kafka.consumergroup',
      dimensions: { topic: 'orders' },
      metrics: { 'kafka.consumergroup.consumer_lag': figures(nth) },
    });
    return [disk, lag].map((document, which): WarehouseWrite => {
      return { family: 'offbeat-summaries', id: `${nth}-${which}`, timeMs, document };
    });
  });
}

const fileSystem: WarehouseWrite = {
  family: 'offbeat-samples',
  id: 'full',
  timeMs: nowMs,
  document: sampleDocument.write({
    entity: host,
    timestampMs: nowMs,
    dataset: 'system.filesystem',
    dimensions: { mount_point: '/data' },
    measurements: { 'system.filesystem.used.pct': 0.95 },
    source: 'metricbeat',
  }),
};

const failed = attempt({ outcome: 'failed', reason: 'server error', status: 500, nextTryMs: startMs + 30_000 });

const clock = new ManualClock();
clock.timeMs = nowMs;

beforeAll(async () => {
  await wipe();
  await setUpWarehouse(server, nowMs);
  const family = 'offbeat-alerts';
  await warehouse().write([
    ...minutes(),
    fileSystem,
    { family: 'offbeat-deliveries', id: 'try', timeMs: startMs, document: attemptDocument.write(failed) },
    {
      family: 'offbeat-anomalies',
      id: anomaly.id,
      timeMs: startMs,
      version: 3,
      document: anomalyDocument.write(anomaly),
    },
    ...[alert, open].map((each): WarehouseWrite => {
      return { family, id: each.id, timeMs: startMs, version: each.revision, document: alertDocument.write(each) };
    }),
  ]);
  await refresh();
  const aggregate = createAggregate({ warehouse: warehouse(), clock, telemetry: silentTelemetry });
  await aggregate({}, lambdaContext());
  await refresh();
});

interface Bucket {
  readonly key: unknown;
  readonly doc_count: number;
  readonly [name: string]: unknown;
}

interface Answer {
  readonly hits: { readonly hits: readonly { readonly _source: Readonly<Record<string, unknown>> }[] };
  readonly aggregations: Readonly<Record<string, { readonly buckets: readonly Bucket[] }>>;
}

const sources = ({ hits }: Answer) => hits.hits.map(({ _source }) => _source);
const bucketsOf = ({ aggregations }: Answer) => Object.values(aggregations)[0]!.buckets;

/** The expected results of each query over the documents above, by its heading. */
const findings: Readonly<Record<string, (answer: Answer) => void>> = {
  'Open alerts, the newest first': (answer) => {
    expect(sources(answer)).toEqual([
      {
        'event.start': new Date(startMs).toISOString(),
        'event.reason': anomaly.reason,
        'offbeat.alert.severity': 'warning',
        'offbeat.alert.title': alert.title,
      },
    ]);
  },
  'Why a receiver did not get an alert': (answer) => {
    expect(sources(answer)).toEqual([
      {
        '@timestamp': new Date(failed.startedAtMs).toISOString(),
        'offbeat.delivery.alert': failed.alertId,
        'event.reason': 'server error',
        'http.response.status_code': 500,
        'offbeat.delivery.next_try': new Date(startMs + 30_000).toISOString(),
      },
    ]);
  },
  'Alerts by day and severity': (answer) => {
    expect(bucketsOf(answer)).toEqual([expect.objectContaining({ doc_count: 2 })]);
  },
  'How long incidents last, by severity': (answer) => {
    const minutesOf = { values: { '50.0': 30, '90.0': 30 } };
    expect(bucketsOf(answer)).toEqual([{ key: 'critical', doc_count: 1, minutes: minutesOf }]);
  },
  'Why people were notified, and why not': (answer) => {
    expect(bucketsOf(answer)).toEqual([{ key: 'first notification', doc_count: 2 }]);
  },
  'Which entities are the likely cause most often': (answer) => {
    expect(bucketsOf(answer)).toEqual([{ key: 'prod/host/node-a', doc_count: 2 }]);
  },
  'The most unusual anomalies of a day': (answer) => {
    expect(sources(answer)).toEqual([expect.objectContaining({ 'offbeat.anomaly.score': 0.999 })]);
  },
  'Series that are off most often: candidates for a floor or an ignore': (answer) => {
    const key = 'prod/host/node-a system.diskio.write.bytes{device=sda}';
    expect(bucketsOf(answer)).toEqual([{ key, doc_count: 1, highest: { value: 0.999 } }]);
  },
  'A series with what was expected of it, minute by minute': (answer) => {
    expect(sources(answer).map((source) => source['system.diskio.write.bytes.avg'])).toEqual(
      Array.from({ length: 60 }, (_, nth) => nth),
    );
  },
  'Disk throughput by host and hour': (answer) => {
    const hours = { buckets: [expect.objectContaining({ written: { value: 29.5 }, busiest: { value: 118 } })] };
    expect(bucketsOf(answer)).toEqual([{ key: 'node-a', doc_count: 1, hours }]);
  },
  'Consumer groups that were furthest behind': (answer) => {
    expect(bucketsOf(answer)).toEqual([{ key: 'prod/consumer-group/indexer', doc_count: 60, behind: { value: 118 } }]);
  },
  'File systems that are nearly full': (answer) => {
    const used = { value: 0.95 };
    expect(bucketsOf(answer)).toEqual([expect.objectContaining({ key: ['node-a', '/data'], doc_count: 1, used })]);
  },
};

describe('the sample queries of docs/warehouse.md', () => {
  it.each(warehouseQueries())(
    'return the expected result on a real OpenSearch: $title',
    async ({ title, path, body }) => {
      const answer = await server.request('POST', path, JSON.parse(body));
      expect(answer).toMatchObject({ status: 200 });
      expect(findings[title], 'what it should find').toBeDefined();
      findings[title]!(answer.body as Answer);
    },
  );

  it('all have an expected result', () => {
    expect(warehouseQueries().map(({ title }) => title)).toEqual(Object.keys(findings));
  });
});

describe('hours on a real OpenSearch', () => {
  it('are the same when they are aggregated again, and change only with more minutes', async () => {
    const aggregate = createAggregate({ warehouse: warehouse(), clock, telemetry: silentTelemetry });
    const hours = async () => {
      await refresh();
      return warehouse().search({ family: 'offbeat-summaries-1h', order: 'oldest first', limit: 10 });
    };
    const before = await hours();
    expect(before).toHaveLength(2);
    expect(before.map((hour) => hour['offbeat.minutes'])).toEqual([60, 60]);
    const hour = new Date(startMs).toISOString();
    expect(await aggregate({ hour }, lambdaContext())).toEqual([{ hour, minutes: 120, documents: 2 }]);
    expect(await hours()).toEqual(before);
  });
});
