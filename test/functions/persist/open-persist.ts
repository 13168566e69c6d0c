import { createPersist, type PersistPorts } from '../../../functions/persist/handler.ts';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import type { Anomaly } from '../../../functions/shared/domain/anomaly.ts';
import { type Sample, sampleVersion } from '../../../functions/shared/domain/sample.ts';
import type { SilenceRecord } from '../../../functions/shared/domain/silence.ts';
import type { Summary } from '../../../functions/shared/domain/summary.ts';
import { encodeKafkaEvent, type KafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import type { Warehouse, WarehouseDocument } from '../../../functions/shared/ports/warehouse.ts';
import { openStore } from '../../../local/sqlite/store.ts';
import { lambdaContext } from '../../support/lambda-context.ts';

const entity = { cluster: 'prod', kind: 'host', name: 'node-a' } as const;
const startMs = Date.parse('2026-11-23T10:00:00Z');

export const sample = (nth: number, parts: Partial<Sample> = {}): Sample => ({
  entity,
  timestampMs: startMs + nth * 10_000,
  dataset: 'system.cpu',
  dimensions: {},
  measurements: { 'system.cpu.total.norm.pct': 0.5 },
  source: 'metricbeat',
  ...parts,
});

export const summary: Summary = {
  entity,
  minuteMs: startMs,
  dataset: 'system.cpu',
  dimensions: {},
  metrics: { 'system.cpu.total.norm.pct': { avg: 0.5, min: 0.5, max: 0.5, last: 0.5, count: 6 } },
};

export const silence = (revision: number): SilenceRecord => ({
  id: 'silence-1',
  cluster: 'prod',
  revision,
  state: 'active',
  by: 'ada',
  matchers: { name: 'node-a' },
  createdAtMs: startMs,
  startsAtMs: startMs,
  endsAtMs: startMs + 60_000,
  updatedAtMs: startMs + revision,
  scope: 'live',
});

export const anomaly = (revision: number): Anomaly => ({
  id: 'anomaly-1',
  revision,
  state: 'open',
  kind: 'deviation',
  series: { entity, metric: 'system.cpu.total.norm.pct', dimensions: {} },
  dataset: 'system.cpu',
  startsAtMs: startMs,
  updatedAtMs: startMs + revision,
  peak: 1,
  expected: 0.5,
  lower: 0.4,
  upper: 0.6,
  unit: '1',
  score: 0.99,
  zScore: 9,
  direction: 'up',
  detector: 'ewma',
  severity: 'warning',
  reason: 'cpu on node-a at 100 %, expected 40 to 60 %',
  scope: 'live',
});

export const alert = (revision: number): Alert => ({
  id: 'alert-1',
  revision,
  transition: 'opened',
  notify: true,
  status: 'open',
  severity: 'warning',
  title: 'cpu',
  headline: 'cpu on node-a',
  entity,
  startsAtMs: startMs,
  updatedAtMs: startMs + revision,
  anomalies: ['anomaly-1'],
  suspects: [],
  labels: {},
  annotations: {},
  trace: [],
  scope: 'live',
});

export function record(topic: string, schema: string | undefined, value: unknown, offset = 0): LogRecord {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
  const headers = schema === undefined ? {} : { [header.schema]: schema };
  return { topic, partition: 0, offset, timestampMs: startMs, key: 'prod', value: bytes, headers };
}

export const sampleRecords = (...samples: readonly Sample[]): LogRecord[] =>
  samples.map((each, nth) => record(topics.samples, sampleVersion, each, nth));

/** Opens persist over a store in memory. */
export function openPersist() {
  const store = openStore(':memory:', defaultLayout, { nowMs: () => startMs, random: () => 0.5 });
  const ports: PersistPorts = { ...store, layout: defaultLayout, telemetry: silentTelemetry };
  return {
    store,
    ports,
    deadLetters: () => store.broker.read(topics.deadLetters, 0, 0, { recordsMax: 100, bytesMax: 1e6 }),
    all: (family: Parameters<Warehouse['count']>[0]): Promise<readonly WarehouseDocument[]> =>
      store.warehouse.search({ family, order: 'oldest first', limit: 1_000 }),
    async persist(records: readonly LogRecord[], parts: Partial<PersistPorts> = {}): Promise<void> {
      await createPersist({ ...ports, ...parts })(encodeKafkaEvent(records), lambdaContext());
    },
    async persistEvent(event: KafkaEvent): Promise<void> {
      await createPersist(ports)(event, lambdaContext());
    },
  };
}
