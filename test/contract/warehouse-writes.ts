import type { Alert } from '../../functions/shared/domain/alert.ts';
import type { Anomaly } from '../../functions/shared/domain/anomaly.ts';
import { inventoryId, sampleId } from '../../functions/shared/domain/ids.ts';
import type { InventoryItem } from '../../functions/shared/domain/inventory.ts';
import type { Sample } from '../../functions/shared/domain/sample.ts';
import type { WarehouseDocument, WarehouseWrite } from '../../functions/shared/ports/warehouse.ts';
import { alertDocument } from '../../functions/shared/warehouse/alert-document.ts';
import { anomalyDocument } from '../../functions/shared/warehouse/anomaly-document.ts';
import { inventoryDocument } from '../../functions/shared/warehouse/inventory-document.ts';
import { sampleDocument } from '../../functions/shared/warehouse/sample-document.ts';
import { summaryDocument } from '../../functions/shared/warehouse/summary-document.ts';
import { unique } from './unique.ts';

export const startMs = Date.parse('2026-11-23T15:00:00Z');

export const host = (cluster: string) => ({ cluster, kind: 'host', name: 'node-a' }) as const;

export function sampleWrite(parts: Partial<Sample>): WarehouseWrite {
  const sample: Sample = {
    entity: host('prod'),
    timestampMs: startMs,
    dataset: 'system.diskio',
    dimensions: { device: 'sda' },
    measurements: { 'system.diskio.read.bytes': 1_234_567_890, 'system.diskio.write.bytes': 0.1 },
    source: 'metricbeat',
    ...parts,
  };
  return {
    family: 'offbeat-samples',
    id: sampleId(sample),
    timeMs: sample.timestampMs,
    document: sampleDocument.write(sample),
  };
}

/** Returns writes of samples, one a second. */
export const series = (cluster: string, count: number): WarehouseWrite[] =>
  Array.from({ length: count }, (_, second) =>
    sampleWrite({ entity: host(cluster), timestampMs: startMs + second * 1_000 }),
  );

export const secondOf = (document: WarehouseDocument): number =>
  (Date.parse(String(document['@timestamp'])) - startMs) / 1_000;

/** Returns measurements of metrics that the catalogue does not contain. */
export const unknownMetrics = (count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, nth) => [`acme.depth.${nth}`, nth]));

export function summaryWrite(cluster: string): WarehouseWrite {
  const document = summaryDocument.write({
    entity: host(cluster),
    minuteMs: startMs,
    dataset: 'system.diskio',
    dimensions: { device: 'sda' },
    metrics: { 'system.diskio.write.bytes': { avg: 5, min: 1, max: 9, last: 4, count: 6, expected: 5, score: 0.5 } },
  });
  return { family: 'offbeat-summaries', id: unique('summary'), timeMs: startMs, document };
}

export function anomalyWrite(cluster: string, id: string, revision: number): WarehouseWrite {
  const anomaly: Anomaly = {
    id,
    revision,
    state: 'open',
    kind: 'deviation',
    series: { entity: host(cluster), metric: 'system.diskio.write.bytes', dimensions: { device: 'sda' } },
    dataset: 'system.diskio',
    startsAtMs: startMs,
    updatedAtMs: startMs + revision,
    peak: 2e8,
    expected: 1e6,
    lower: 0,
    upper: 3e6,
    unit: 'By/s',
    score: 0.99,
    zScore: 12.5,
    direction: 'up',
    detector: 'ewma',
    severity: 'warning',
    reason: 'writes on node-a/sda at 200 MB/s, expected 0 to 3 MB/s',
    scope: 'live',
  };
  const document = anomalyDocument.write(anomaly);
  return { family: 'offbeat-anomalies', id, timeMs: startMs, version: revision, document };
}

export function alertWrite(cluster: string, id: string, notify: boolean): WarehouseWrite {
  const entity = host(cluster);
  const alert: Alert = {
    id,
    revision: 1,
    transition: 'opened',
    notify,
    status: 'open',
    severity: 'warning',
    title: 'node-a: disk writes',
    headline: 'writes on node-a/sda at 200 MB/s',
    entity,
    startsAtMs: startMs,
    updatedAtMs: startMs,
    anomalies: ['anomaly-1', 'anomaly-2'],
    suspects: [
      {
        entity,
        anomalyId: 'anomaly-1',
        series: { entity, metric: 'system.diskio.write.bytes', dimensions: { device: 'sda' } },
        startsAtMs: startMs,
        score: 0.99,
        why: 'first to be off',
      },
    ],
    labels: { team: 'storage' },
    annotations: { runbook: 'https://runbooks.example/disk' },
    trace: [{ atMs: startMs, stage: 'group', reason: 'first notification' }],
    scope: 'live',
  };
  return { family: 'offbeat-alerts', id, timeMs: startMs, version: 1, document: alertDocument.write(alert) };
}

/** Returns an item of the inventory. */
export const chunkserver = (cluster: string, parts: Partial<InventoryItem> = {}): InventoryItem => ({
  entity: { cluster, kind: 'chunkserver', name: '10.77.0.11:9422' },
  timestampMs: startMs,
  dataset: 'moosefs.chunkserver',
  dimensions: {},
  measurements: { 'moosefs.chunkserver.chunks': 28, 'acme.depth': 1 },
  facts: { 'moosefs.chunkserver.version': '3.0.117' },
  periodMs: 10_000,
  source: 'offbeat',
  kind: 'chunkserver',
  role: 'server',
  status: 'ok',
  sinceMs: startMs,
  seenMs: startMs,
  ...parts,
});

export const inventoryWrite = (item: InventoryItem): WarehouseWrite => ({
  family: 'offbeat-inventory',
  id: inventoryId(item),
  timeMs: item.timestampMs,
  version: item.timestampMs,
  document: inventoryDocument.write(item),
});
