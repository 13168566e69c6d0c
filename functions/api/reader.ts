import type { z } from 'zod';
import { type CounterReading, nextCadence, rateOf } from '../detect/counter.ts';
import {
  alertFromDocument,
  anomalyFromDocument,
  sampleFromDocument,
  summaryFromDocument,
} from '../persist/documents.ts';
import type { Alert } from '../shared/domain/alert.ts';
import type { Anomaly } from '../shared/domain/anomaly.ts';
import { type Entity, entityPath } from '../shared/domain/entity.ts';
import { factsFor } from '../shared/domain/metric-catalogue.ts';
import type { MetricKind, Sample } from '../shared/domain/sample.ts';
import { dimensionsText, type Series, seriesOf, seriesText } from '../shared/domain/series.ts';
import type { MetricSummary } from '../shared/domain/summary.ts';
import type { Family, Warehouse, WarehouseDocument, WarehouseQuery } from '../shared/ports/warehouse.ts';
import type { queries } from './query.ts';

type Query<Name extends keyof typeof queries> = z.output<(typeof queries)[Name]>;

export interface Point {
  readonly timeMs: number;
  readonly value: number;
}

/** One series over a time, oldest first. A counter is given as its rate. */
export interface Points {
  readonly series: string;
  readonly kind: MetricKind;
  /** Of the points: per second where the metric is a counter. */
  readonly unit: string;
  readonly points: readonly Point[];
}

/** The questions of the API, answered from the warehouse alone. */
export function createReader(warehouse: Warehouse) {
  return {
    async alerts(query: Query<'alerts'>): Promise<Alert[]> {
      const match = { 'offbeat.alert.status': query.status, 'offbeat.entity.cluster': query.cluster };
      return (await newest('offbeat-alerts', match, query)).map(alertFromDocument);
    },

    async alert(id: string): Promise<Alert | undefined> {
      const [document] = await newest('offbeat-alerts', { 'offbeat.alert.id': id }, { limit: 1 });
      return document === undefined ? undefined : alertFromDocument(document);
    },

    async anomalies(query: Query<'anomalies'>): Promise<Anomaly[]> {
      const match = { 'offbeat.anomaly.state': query.state, 'offbeat.entity.cluster': query.cluster };
      return (await newest('offbeat-anomalies', match, query)).map(anomalyFromDocument);
    },

    /** Names of the series in the newest samples, in order. */
    async series({ entity, limit }: Query<'series'>): Promise<string[]> {
      const documents = await newest('offbeat-samples', matchEntity(entity), { limit });
      return [...new Set(documents.map(sampleFromDocument).flatMap(seriesNames))].sort();
    },

    async samples({ series, from, to, limit }: Query<'samples'>): Promise<Points> {
      const documents = await newest('offbeat-samples', matchEntity(series.entity), { from, to, limit });
      const samples = documents
        .map(sampleFromDocument)
        .filter((sample) => holds(sample, series))
        .reverse();
      const last = samples.at(-1);
      const facts = factsFor(series.metric, last?.kinds?.[series.metric], last?.units?.[series.metric]);
      const readings = samples.map(({ timestampMs, measurements }) => ({
        timestampMs,
        value: measurements[series.metric]!,
      }));
      const points =
        facts.kind === 'counter'
          ? toRates(readings)
          : readings.map(({ timestampMs, value }) => ({ timeMs: timestampMs, value }));
      const unit = facts.kind === 'counter' ? `${facts.unit}/s` : facts.unit;
      return { series: seriesText(series), kind: facts.kind, unit, points };
    },

    /** Minutes of a series, oldest first: what charts and bands are drawn from. */
    async summaries({ series, from, to, limit }: Query<'summaries'>) {
      const documents = await newest('offbeat-summaries', matchEntity(series.entity), { from, to, limit });
      const minutes = documents.map(summaryFromDocument).flatMap(({ minuteMs, metrics, dimensions }) => {
        const summary: MetricSummary | undefined = metrics[series.metric];
        const same = dimensionsText(dimensions) === dimensionsText(series.dimensions);
        return summary === undefined || !same ? [] : [{ minuteMs, ...summary }];
      });
      return { series: seriesText(series), minutes: minutes.reverse() };
    },
  };

  function newest(
    family: Family,
    match: Readonly<Record<string, string | undefined>>,
    {
      from,
      to,
      limit,
    }: { readonly from?: number | undefined; readonly to?: number | undefined; readonly limit: number },
  ): Promise<readonly WarehouseDocument[]> {
    const given = Object.entries(match).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const query: WarehouseQuery = {
      family,
      match: Object.fromEntries(given),
      ...(from === undefined ? {} : { fromMs: from }),
      ...(to === undefined ? {} : { toMs: to }),
      order: 'newest first',
      limit,
    };
    return warehouse.search(query);
  }
}

function matchEntity(entity: Entity | undefined): Readonly<Record<string, string | undefined>> {
  return { 'offbeat.entity.path': entity === undefined ? undefined : entityPath(entity) };
}

function seriesNames({ entity, measurements, dimensions }: Sample): string[] {
  return Object.keys(measurements).map((metric) => seriesText(seriesOf(entity, metric, dimensions)));
}

function holds(sample: Sample, { metric, dimensions }: Series): boolean {
  return Object.hasOwn(sample.measurements, metric) && dimensionsText(sample.dimensions) === dimensionsText(dimensions);
}

/** By detect's own function, so that a chart shows what was judged; a reset, a gap or a first reading has no rate. */
function toRates(readings: readonly CounterReading[]): Point[] {
  const rates: Point[] = [];
  let previous: CounterReading | undefined;
  let cadenceMs = 0;
  for (const current of readings) {
    const result = rateOf(previous, current, cadenceMs);
    if ('perSecond' in result) rates.push({ timeMs: current.timestampMs, value: result.perSecond });
    if (result.outcome === 'not newer') continue;
    if (previous !== undefined) cadenceMs = nextCadence(cadenceMs, current.timestampMs - previous.timestampMs);
    previous = current;
  }
  return rates;
}
