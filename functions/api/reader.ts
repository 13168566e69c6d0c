import type * as z from 'zod';
import type { Alert } from '../shared/domain/alert.ts';
import type { Anomaly } from '../shared/domain/anomaly.ts';
import { factsFor } from '../shared/domain/catalogue/catalogue.ts';
import { type CounterReading, nextCadence, rateOf } from '../shared/domain/counter.ts';
import { type Entity, entityPath } from '../shared/domain/entity.ts';
import type { MetricKind, Sample } from '../shared/domain/sample.ts';
import { dimensionsText, type Series, seriesOf, seriesText } from '../shared/domain/series.ts';
import type { SilenceRecord } from '../shared/domain/silence.ts';
import type { Family, Warehouse, WarehouseDocument, WarehouseQuery } from '../shared/ports/warehouse.ts';
import { turns } from '../shared/time/event-loop.ts';
import { alertDocument } from '../shared/warehouse/alert-document.ts';
import { anomalyDocument } from '../shared/warehouse/anomaly-document.ts';
import { sampleDocument } from '../shared/warehouse/sample-document.ts';
import { silenceDocument } from '../shared/warehouse/silence-document.ts';
import { summaryDocument } from '../shared/warehouse/summary-document.ts';
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

/**
 * The questions of the API, answered from the warehouse alone, in turns with everything else of the process.
 * @param pageDocuments looked at with one query
 */
export function createReader(warehouse: Warehouse, pageDocuments = 10_000) {
  return {
    async alerts(query: Query<'alerts'>): Promise<Alert[]> {
      const match = { 'offbeat.alert.status': query.status, 'offbeat.entity.cluster': query.cluster };
      return (await newest('offbeat-alerts', match, query)).map(alertDocument.read);
    },

    async alert(id: string): Promise<Alert | undefined> {
      const [document] = await newest('offbeat-alerts', { 'offbeat.alert.id': id }, { limit: 1 });
      return document === undefined ? undefined : alertDocument.read(document);
    },

    /** Silences, the one that was asked for last first. */
    async silences(query: Query<'silences'>): Promise<SilenceRecord[]> {
      const match = { 'offbeat.silence.state': query.state, 'offbeat.entity.cluster': query.cluster };
      return (await newest('offbeat-silences', match, query)).map(silenceDocument.read);
    },

    /** @param cluster of any, unless it is given */
    async silence(id: string, cluster?: string): Promise<SilenceRecord | undefined> {
      const match = { 'offbeat.silence.id': id, 'offbeat.entity.cluster': cluster };
      const [document] = await newest('offbeat-silences', match, { limit: 1 });
      return document === undefined ? undefined : silenceDocument.read(document);
    },

    async anomalies(query: Query<'anomalies'>): Promise<Anomaly[]> {
      const match = { 'offbeat.anomaly.state': query.state, 'offbeat.entity.cluster': query.cluster };
      return (await newest('offbeat-anomalies', match, query)).map(anomalyDocument.read);
    },

    /** Names of the series in the newest samples, in order. */
    async series({ entity, limit }: Query<'series'>): Promise<string[]> {
      const names = new Set<string>();
      for (const document of await newest('offbeat-samples', matchEntity(entity), { limit })) {
        for (const name of seriesNames(sampleDocument.read(document))) names.add(name);
        if (turns.isOver) await turns.next();
      }
      return [...names].sort();
    },

    async samples({ series, from, to, limit }: Query<'samples'>): Promise<Points> {
      const found = newestOf('offbeat-samples', series, { from, to, limit }, (document) => {
        const sample = sampleDocument.read(document);
        return holds(sample, series) ? sample : undefined;
      });
      const samples = (await found).reverse();
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
      const minutes = await newestOf('offbeat-summaries', series, { from, to, limit }, (document) => {
        const { minuteMs, metrics, dimensions } = summaryDocument.read(document);
        if (!Object.hasOwn(metrics, series.metric)) return undefined;
        const same = dimensionsText(dimensions) === dimensionsText(series.dimensions);
        return same ? { minuteMs, ...metrics[series.metric]! } : undefined;
      });
      return { series: seriesText(series), minutes: minutes.reverse() };
    },
  };

  /**
   * The newest documents of a series, as `pick` has them. Other datasets of its entity lie between them, so it asks for
   * page after page, until there are `limit` or no more; twenty at most.
   */
  async function newestOf<T>(
    family: Family,
    { entity, dimensions }: Series,
    { from, to, limit }: Span,
    pick: (document: WarehouseDocument) => T | undefined,
  ): Promise<T[]> {
    const labels = Object.entries(dimensions).map(([name, value]) => [`labels.${name}`, value]);
    const match = { ...matchEntity(entity), ...Object.fromEntries(labels) };
    const found: T[] = [];
    let before = to;
    for (let pages = 0; pages < pagesMax; pages += 1) {
      const page = await newest(family, match, { from, to: before, limit: pageDocuments });
      const oldestMs = timeOf(page.at(-1));
      // Of the oldest moment there may be more than the page holds: it is asked for again, with the next one.
      const isLast = page.length < pageDocuments || oldestMs === timeOf(page[0]);
      for (const document of page) {
        if (!isLast && timeOf(document) === oldestMs) break;
        const picked = pick(document);
        if (picked !== undefined) found.push(picked);
        if (found.length === limit) return found;
        if (turns.isOver) await turns.next();
      }
      if (isLast) return found;
      before = oldestMs + 1;
    }
    return found;
  }

  function newest(
    family: Family,
    match: Readonly<Record<string, string | undefined>>,
    { from, to, limit }: Span,
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

interface Span {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
}

/** Beyond so many a question is too dear to answer whole. */
const pagesMax = 20;

const timeOf = (document: WarehouseDocument | undefined): number => Date.parse(String(document?.['@timestamp']));

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
