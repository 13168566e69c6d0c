import type { Alert } from '../../functions/shared/domain/alert.ts';
import type { Anomaly } from '../../functions/shared/domain/anomaly.ts';
import { catalogueFacts } from '../../functions/shared/domain/catalogue/catalogue.ts';
import { minuteMs, secondMs } from '../../functions/shared/domain/durations.ts';
import { measurementId, sampleId } from '../../functions/shared/domain/ids.ts';
import type { Sample } from '../../functions/shared/domain/sample.ts';
import type { WarehouseWrite } from '../../functions/shared/ports/warehouse.ts';
import { alertDocument } from '../../functions/shared/warehouse/alert-document.ts';
import { anomalyDocument } from '../../functions/shared/warehouse/anomaly-document.ts';
import { sampleDocument } from '../../functions/shared/warehouse/sample-document.ts';
import { summaryDocument } from '../../functions/shared/warehouse/summary-document.ts';

/** The numbers of a fleet: 200 hosts with 50 series each. */
export const hostCount = 200;
export const samplePeriodMs = 10 * secondMs;

/** The samples that a host sends at each moment, as Metricbeat's module `system` does. */
interface Group {
  readonly dataset: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: readonly string[];
}

const each = (prefix: string, names: readonly string[]): string[] => names.map((name) => `${prefix}.${name}`);

const groups: readonly Group[] = [
  {
    dataset: 'system.cpu',
    dimensions: {},
    metrics: each('system.cpu', ['total.norm.pct', 'iowait.norm.pct', 'steal.norm.pct', 'user.norm.pct']),
  },
  {
    dataset: 'system.memory',
    dimensions: {},
    metrics: each('system.memory', ['actual.used.pct', 'swap.used.pct', 'used.pct', 'free']),
  },
  { dataset: 'system.load', dimensions: {}, metrics: each('system.load', ['1', 'norm.1', 'norm.5']) },
  ...['sda', 'sdb', 'sdc', 'sdd'].map((device) => ({
    dataset: 'system.diskio',
    dimensions: { device },
    metrics: each('system.diskio', ['read.bytes', 'write.bytes', 'read.count', 'write.count', 'io.time', 'read.time']),
  })),
  ...['eth0', 'eth1'].map((name) => ({
    dataset: 'system.network',
    dimensions: { interface: name },
    metrics: each('system.network', ['in.bytes', 'out.bytes', 'in.packets', 'out.packets', 'in.errors', 'out.errors']),
  })),
  {
    dataset: 'system.filesystem',
    dimensions: { mount_point: '/' },
    metrics: each('system.filesystem', ['used.pct', 'free', 'total']),
  },
];

/** The number of series of the fleet. */
export const seriesCount = hostCount * groups.reduce((sum, { metrics }) => sum + metrics.length, 0);

export const hostOf = (nth: number) => ({ cluster: 'prod', kind: 'host', name: `node-${nth}` }) as const;

/** Returns a value that differs between series and moments. */
const reading = (host: number, nth: number, timeMs: number): number =>
  Math.round(1_000 * (5 + Math.sin(host + nth + timeMs / 3e6))) / 1_000;

/** Returns the writes of the samples of one host at one moment. */
export function samplesAt(host: number, timestampMs: number): WarehouseWrite[] {
  return groups.map(({ metrics, ...group }) => {
    const measurements = metrics.map((metric, nth) => {
      const value = reading(host, nth, timestampMs);
      const isCounter = catalogueFacts(metric)?.kind === 'counter';
      return [metric, isCounter ? Math.round((timestampMs / 1_000) * 1_000 + value) : value];
    });
    const sample: Sample = {
      entity: hostOf(host),
      timestampMs,
      ...group,
      measurements: Object.fromEntries(measurements),
      periodMs: samplePeriodMs,
      source: 'metricbeat',
    };
    return {
      family: 'offbeat-samples',
      id: sampleId(sample),
      timeMs: timestampMs,
      document: sampleDocument.write(sample),
    };
  });
}

/** Returns the writes of one minute of one host. */
export function minutesAt(host: number, minute: number): WarehouseWrite[] {
  return groups.map(({ metrics, dataset, dimensions }) => {
    const figures = metrics.map((metric, nth) => {
      const avg = reading(host, nth, minute);
      const more = { expected: avg, spread: 0.25, score: 0.125 };
      return [metric, { avg, min: avg - 1, max: avg + 1, last: avg, count: 6, ...more }];
    });
    const entity = hostOf(host);
    const document = summaryDocument.write({
      entity,
      minuteMs: minute,
      dataset,
      dimensions,
      metrics: Object.fromEntries(figures),
    });
    const id = measurementId(entity, dataset, dimensions, minute);
    return { family: 'offbeat-summaries', id, timeMs: minute, document };
  });
}

const writesOfSeries = (host: number) =>
  ({ entity: hostOf(host), metric: 'system.diskio.write.bytes', dimensions: { device: 'sda' } }) as const;

/** Returns the writes of an alert of some hosts and its anomalies. */
export function alertAt(nth: number, startsAtMs: number, isOpen: boolean): WarehouseWrite[] {
  const hosts = [nth % hostCount, (nth + 1) % hostCount, (nth + 2) % hostCount];
  const ends = isOpen ? {} : { endsAtMs: startsAtMs + 5 * minuteMs };
  const anomalies = hosts.map(
    (host): Anomaly => ({
      id: `anomaly-${nth}-${host}`,
      revision: 1,
      state: isOpen ? 'open' : 'closed',
      kind: 'deviation',
      series: writesOfSeries(host),
      dataset: 'system.diskio',
      startsAtMs,
      updatedAtMs: startsAtMs,
      ...ends,
      peak: 2e8,
      unit: 'By/s',
      score: 0.99,
      direction: 'up',
      detector: 'ewma',
      severity: 'warning',
      reason: `writes on node-${host} are high`,
      scope: 'live',
    }),
  );
  const alert: Alert = {
    id: `alert-${nth}`,
    revision: 3,
    transition: isOpen ? 'updated' : 'resolved',
    firstPageRevision: 1,
    notify: true,
    status: isOpen ? 'open' : 'resolved',
    severity: 'warning',
    title: `writes on node-${nth}`,
    headline: `writes on node-${nth} are high`,
    entity: hostOf(hosts[0]!),
    startsAtMs,
    updatedAtMs: startsAtMs,
    ...ends,
    anomalies: anomalies.map(({ id }) => id),
    suspects: anomalies.map(({ id, series }) => ({
      entity: series.entity,
      anomalyId: id,
      series,
      startsAtMs,
      score: 0.9,
      why: 'began first',
    })),
    labels: { cluster: 'prod' },
    annotations: {},
    trace: Array.from({ length: 20 }, (_, at) => ({ atMs: startsAtMs + at, stage: 'group', reason: `decision ${at}` })),
    scope: 'live',
  };
  return [
    { family: 'offbeat-alerts', id: alert.id, timeMs: startsAtMs, version: 3, document: alertDocument.write(alert) },
    ...anomalies.map((anomaly) => ({
      family: 'offbeat-anomalies' as const,
      id: anomaly.id,
      timeMs: startsAtMs,
      version: 1,
      document: anomalyDocument.write(anomaly),
    })),
  ];
}
