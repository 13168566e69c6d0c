import { factsFor } from '../../../shared/domain/catalogue/catalogue.ts';
import type { MeasureRow } from '../../../shared/domain/catalogue/measures.ts';
import { hourMs, minuteMs } from '../../../shared/domain/durations.ts';
import { type Entity, entityPath } from '../../../shared/domain/entity.ts';
import type { MetricKind } from '../../../shared/domain/sample.ts';
import { seriesOf } from '../../../shared/domain/series.ts';
import { dimensionsText, seriesText } from '../../../shared/domain/series-text.ts';
import { runConcurrently } from '../../../shared/handler/run-concurrently.ts';
import type { Match, Warehouse, WarehouseDocument } from '../../../shared/ports/warehouse.ts';
import { turns } from '../../../shared/time/event-loop.ts';
import { entity as entityFields, labels, timestamp } from '../../../shared/warehouse/common-fields.ts';
import { fieldOf } from '../../../shared/warehouse/metric-fields.ts';
import { type Grid, gridOf } from '../charts/grid.ts';
import { periodOf, type Reading, stepsOf } from '../charts/steps.ts';
import { toRates } from '../points.ts';
import type { MeasuredSeries } from './measured-series.ts';

/** A choice of components and a time axis for them. */
export interface PartsQuery {
  /** The fields of the documents that are read. */
  readonly match: Match;
  readonly rows: readonly MeasureRow[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
  /** The number of components that are expected. */
  readonly components: number;
}

/** The series of components in the steps of a grid. */
export interface Parts {
  readonly source: 'samples' | 'minutes' | 'hours';
  readonly grid: Grid;
  /** The series by the path of their component. */
  readonly series: ReadonlyMap<string, readonly MeasuredSeries[]>;
  /** A sentence about what is not as exact as it could be; absent if everything is. */
  readonly note?: string;
}

/** The most components, and the longest range, that are read from samples. */
const componentsMaxOfSamples = 20;
const samplesRangeMsMax = hourMs;
/** The longest range that is read from minutes. */
const minutesRangeMsMax = 14 * 24 * hourMs;
/** The most minutes, or hours, of all components together that are read; of more, each step shows one. */
const summariesMax = 60_000;
/** The usual number of documents of a component in a minute. */
const documentsOfComponent = 10;
/** The most documents of one answer. */
const documentsMax = 300_000;
/** The number of steps that are read at once. */
const readsAtOnce = 4;

/** Reads the series from which measures are made. */
export function readParts(warehouse: Warehouse, query: PartsQuery): Promise<Parts> {
  const rangeMs = query.toMs - query.fromMs;
  const isSmall = query.components <= componentsMaxOfSamples && rangeMs <= samplesRangeMsMax;
  if (isSmall) return partsOfSamples(warehouse, query);
  return partsOfSummaries(warehouse, query, rangeMs > minutesRangeMsMax ? 'hours' : 'minutes');
}

const commonFields = ['@timestamp', 'offbeat.entity.cluster', 'offbeat.entity.kind', 'offbeat.entity.name'] as const;

const metricsOf = (rows: readonly MeasureRow[]): string[] => [...new Set(rows.map(({ metric }) => metric))];

/** The values of one series while they are read. */
interface Gathered extends Omit<MeasuredSeries, 'values'> {
  readonly path: string;
  kind?: MetricKind | undefined;
  readonly readings: Reading[];
}

/** Gathers the values of series from documents, the oldest first. */
class Gathering {
  readonly #series = new Map<string, Gathered>();

  add(document: WarehouseDocument, field: string, metric: string): void {
    const value = document[field];
    if (typeof value !== 'number') return;
    const owner = entityFields.read(document) as Entity;
    const dimensions = labels.read(document) ?? {};
    const path = entityPath(owner);
    const key = `${path} ${metric}${dimensionsText(dimensions)}`;
    let gathered = this.#series.get(key);
    if (gathered === undefined) {
      const series = seriesText(seriesOf(owner, metric, dimensions));
      gathered = { path, metric, dimensions, series, readings: [] };
      this.#series.set(key, gathered);
    }
    gathered.kind = document[`offbeat.kinds.${metric}`] as MetricKind | undefined;
    gathered.readings.push({ timeMs: timestamp.read(document)!, value });
  }

  all(): readonly Gathered[] {
    return [...this.#series.values()];
  }
}

async function partsOfSamples(warehouse: Warehouse, query: PartsQuery): Promise<Parts> {
  const { match, rows, toMs } = query;
  const gathering = new Gathering();
  const documents = await warehouse.search({
    family: 'offbeat-samples',
    match,
    // The rate of a counter needs the reading before.
    fromMs: query.fromMs - 2 * minuteMs,
    toMs,
    order: 'oldest first',
    limit: documentsMax,
  });
  for (const document of documents) {
    for (const metric of metricsOf(rows)) gathering.add(document, fieldOf(metric), metric);
    if (turns.isOver) await turns.next();
  }
  const all = gathering.all().map((gathered) => ({ ...gathered, readings: ratesOf(gathered) }));
  const periods = all.map(({ readings }) => periodOf(readings)).filter((ms) => ms > 0);
  const grid = gridOf(query, query.points, Math.min(minuteMs, ...periods));
  return partsIn(grid, all, 'samples');
}

function ratesOf({ metric, kind, readings }: Gathered): Reading[] {
  if (factsFor(metric, kind).kind !== 'counter') return readings;
  return toRates(readings.map(({ timeMs, value }) => ({ timestampMs: timeMs, value })));
}

const familyOf = { minutes: 'offbeat-summaries', hours: 'offbeat-summaries-1h' } as const;
const lengthMsOf = { minutes: minuteMs, hours: hourMs } as const;

async function partsOfSummaries(warehouse: Warehouse, query: PartsQuery, source: 'minutes' | 'hours'): Promise<Parts> {
  const { match, rows, components } = query;
  const [family, lengthMs] = [familyOf[source], lengthMsOf[source]];
  const grid = gridOf(query, query.points, lengthMs);
  const expected = ((query.toMs - query.fromMs) / lengthMs) * components * documentsOfComponent;
  // One minute of each step, if all would be too many: a machine of thousands of series has no more than a person can compare.
  const isThinned = expected > summariesMax && grid.stepMs > lengthMs;
  const names = await labelNames(warehouse, query, family);
  const metrics = metricsOf(rows);
  const fields = [...commonFields, ...names, ...metrics.map((metric) => `${fieldOf(metric)}.avg`)];
  const found = new Map<number, readonly WarehouseDocument[]>();
  const limit = Math.ceil(documentsMax / grid.times.length);
  let isCut = false;
  await runConcurrently(
    grid.times.map((time) => [time]),
    readsAtOnce,
    async (fromMs) => {
      const toMs = fromMs + (isThinned ? lengthMs : grid.stepMs);
      const documents = await warehouse.search({ family, match, fields, fromMs, toMs, order: 'oldest first', limit });
      isCut ||= documents.length === limit;
      found.set(fromMs, documents);
    },
  );
  const gathering = new Gathering();
  for (const time of grid.times) {
    for (const document of found.get(time)!) {
      for (const metric of metrics) gathering.add(document, `${fieldOf(metric)}.avg`, metric);
      if (turns.isOver) await turns.next();
    }
  }
  const notes = [
    ...(isThinned ? [`each step shows one of its ${source}, because there are many series`] : []),
    ...(isCut ? ['there are more series than one answer reads: some are missing'] : []),
  ];
  return partsIn(grid, gathering.all(), source, { periodMs: isThinned ? grid.stepMs : lengthMs, notes });
}

/** The minutes of which the labels are read, before the end of the range and after its beginning, ms. */
const lookedAtMs = 3 * minuteMs;
const lookedAtMax = 5_000;

/** Returns the names of the labels that documents of these components have, without which two series could be taken for one. */
async function labelNames(
  warehouse: Warehouse,
  { match, rows, fromMs, toMs }: PartsQuery,
  family: 'offbeat-summaries' | 'offbeat-summaries-1h',
): Promise<string[]> {
  const metrics = metricsOf(rows).map((metric) => `${fieldOf(metric)}.avg`);
  const [newest] = await warehouse.search({
    family,
    match,
    fromMs,
    toMs,
    fields: ['@timestamp'],
    order: 'newest first',
    limit: 1,
  });
  if (newest === undefined) return [];
  const endMs = timestamp.read(newest)! + 1;
  const names = new Set<string>();
  for (const span of [
    { fromMs: endMs - lookedAtMs, toMs: endMs },
    { fromMs, toMs: fromMs + lookedAtMs },
  ]) {
    for (const document of await warehouse.search({
      family,
      match,
      ...span,
      order: 'newest first',
      limit: lookedAtMax,
    })) {
      if (!metrics.some((field) => document[field] !== undefined)) continue;
      for (const field in document) if (field.startsWith('labels.')) names.add(field);
      if (turns.isOver) await turns.next();
    }
  }
  return [...names];
}

async function partsIn(
  grid: Grid,
  all: readonly Gathered[],
  source: Parts['source'],
  { periodMs, notes = [] }: { readonly periodMs?: number; readonly notes?: readonly string[] } = {},
): Promise<Parts> {
  const series = new Map<string, MeasuredSeries[]>();
  for (const { path, readings, metric, dimensions, series: text } of all) {
    const own = series.get(path) ?? [];
    series.set(path, own);
    own.push({ metric, dimensions, series: text, ...stepsOf(readings, grid, periodMs ?? periodOf(readings)) });
    if (turns.isOver) await turns.next();
  }
  return { source, grid, series, ...(notes.length === 0 ? {} : { note: notes.join('; ') }) };
}
