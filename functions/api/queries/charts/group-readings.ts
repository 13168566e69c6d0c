import { factsFor } from '../../../shared/domain/catalogue/catalogue.ts';
import type { MetricFacts } from '../../../shared/domain/catalogue/facts.ts';
import { type Entity, entityPath } from '../../../shared/domain/entity.ts';
import type { MetricKind } from '../../../shared/domain/sample.ts';
import type { Dimensions } from '../../../shared/domain/series.ts';
import type { Warehouse, WarehouseDocument, WarehouseQuery } from '../../../shared/ports/warehouse.ts';
import { turns } from '../../../shared/time/event-loop.ts';
import { timestamp } from '../../../shared/warehouse/common-fields.ts';
import { fieldOf } from '../../../shared/warehouse/metric-fields.ts';
import { toRates } from '../points.ts';
import type { Reading } from './steps.ts';

/** Series of one entity with the same dimensions, which are read together. */
export interface SeriesGroup {
  readonly entity: Entity;
  readonly dimensions: Dimensions;
  readonly metrics: readonly string[];
}

/** A time range, ms since 1970, and the most documents that are read in it. */
export interface ReadRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly documentsMax: number;
}

/** The values of one metric, the oldest first. Those of a counter are its rates per second. */
export interface MetricReadings {
  readonly kind: MetricKind;
  /** The unit of the values. */
  readonly unit: string;
  readonly readings: readonly Reading[];
}

/** The result of a search for a group. */
export interface GroupReadings {
  readonly metrics: ReadonlyMap<string, MetricReadings>;
  /** Means that there are more documents than were read. */
  readonly isCut: boolean;
}

const timeField = '@timestamp';

const kindOf = (metric: string): string => `offbeat.kinds.${metric}`;
const unitOf = (metric: string): string => `offbeat.units.${metric}`;
const sampleFields = ({ metrics }: SeriesGroup): string[] => [
  timeField,
  ...metrics.flatMap((metric) => [fieldOf(metric), kindOf(metric), unitOf(metric)]),
];

function factsIn(document: WarehouseDocument, metric: string): MetricFacts {
  return factsFor(metric, document[kindOf(metric)] as MetricKind, document[unitOf(metric)] as string);
}

/** The newest samples among which the facts about a metric are looked for: one of each dataset with the same dimensions. */
const newestMax = 20;

/** Returns the facts about the metrics of a group, as its newest samples state them. */
export async function newestFacts(warehouse: Warehouse, group: SeriesGroup): Promise<ReadonlyMap<string, MetricFacts>> {
  const { dimensions } = group;
  const documents = await warehouse.search({
    family: 'offbeat-samples',
    match: matchOf(group),
    dimensions,
    fields: sampleFields(group),
    order: 'newest first',
    limit: newestMax,
  });
  return new Map(
    group.metrics.flatMap((metric) => {
      const newest = documents.find((document) => document[fieldOf(metric)] !== undefined);
      return newest === undefined ? [] : [[metric, factsIn(newest, metric)]];
    }),
  );
}

/** Reads the samples of a group. A delta has no readings: one alone means little, and it is judged and shown by the minute. */
export async function readSamples(warehouse: Warehouse, group: SeriesGroup, range: ReadRange): Promise<GroupReadings> {
  const fields = sampleFields(group);
  const documents = await documentsOf(warehouse, group, { ...range, family: 'offbeat-samples', fields });
  const metrics = new Map<string, MetricReadings>();
  for (const metric of group.metrics) {
    const own = documents.filter((document) => typeof document[fieldOf(metric)] === 'number');
    const newest = own.at(-1);
    if (newest === undefined) continue;
    const { kind, unit } = factsIn(newest, metric);
    const values = own.map((document) => ({
      timestampMs: timestamp.read(document)!,
      value: document[fieldOf(metric)] as number,
    }));
    if (turns.isOver) await turns.next();
    if (kind === 'delta') metrics.set(metric, { kind, unit, readings: [] });
    else if (kind === 'counter') metrics.set(metric, { kind, unit: `${unit}/s`, readings: toRates(values) });
    else
      metrics.set(metric, {
        kind,
        unit,
        readings: values.map(({ timestampMs, value }) => ({ timeMs: timestampMs, value })),
      });
  }
  return { metrics, isCut: documents.length === range.documentsMax };
}

/** A minute or an hour of a metric. */
export interface SummaryReading extends Reading {
  readonly last: number;
  readonly expected?: number;
  readonly spread?: number;
}

/** The result of a search for the summaries of a group. */
export interface GroupSummaries {
  readonly metrics: ReadonlyMap<string, readonly SummaryReading[]>;
}

const figures = ['avg', 'min', 'max', 'last', 'expected', 'spread'] as const;

/** Reads the minutes or the hours of a group, the oldest first. */
export async function readSummaries(
  warehouse: Warehouse,
  group: SeriesGroup,
  range: ReadRange & { readonly family: 'offbeat-summaries' | 'offbeat-summaries-1h' },
): Promise<GroupSummaries> {
  const fieldsOf = (metric: string): string[] => figures.map((figure) => `${fieldOf(metric)}.${figure}`);
  const fields = [timeField, ...group.metrics.flatMap(fieldsOf)];
  const documents = await documentsOf(warehouse, group, { ...range, fields });
  const metrics = new Map<string, SummaryReading[]>();
  for (const metric of group.metrics) {
    const names = fieldsOf(metric);
    const readings: SummaryReading[] = [];
    for (const document of documents) {
      const [value, min, max, last, expected, spread] = names.map((name) => document[name] as number | undefined);
      if (value === undefined || min === undefined || max === undefined || last === undefined) continue;
      const band = expected === undefined || spread === undefined ? {} : { expected, spread };
      readings.push({ timeMs: timestamp.read(document)!, value, min, max, last, ...band });
      if (turns.isOver) await turns.next();
    }
    metrics.set(metric, readings);
  }
  return { metrics };
}

function documentsOf(
  warehouse: Warehouse,
  group: SeriesGroup,
  { documentsMax, ...query }: Pick<WarehouseQuery, 'family' | 'fields'> & ReadRange,
): Promise<readonly WarehouseDocument[]> {
  return warehouse.search({
    ...query,
    match: matchOf(group),
    dimensions: group.dimensions,
    order: 'oldest first',
    limit: documentsMax,
  });
}

const matchOf = ({ entity }: SeriesGroup) => ({ 'offbeat.entity.path': entityPath(entity) });
