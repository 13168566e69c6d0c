import { catalogueFacts, metricRows } from '../domain/catalogue/catalogue.ts';
import type { CatalogueRow } from '../domain/catalogue/row.ts';
import type { MetricSummary } from '../domain/summary.ts';
import type { WarehouseDocument } from '../ports/warehouse.ts';
import type { FieldCodec } from './codec.ts';
import type { Field } from './field.ts';

/**
 * The number of metrics that the catalogue does not contain for which an index has fields, whatever its period. A longer period
 * has no more: each metric of a summary is nine fields, and every index with them takes memory of a node, which has 1 GiB of heap.
 */
export const otherMetricsMax = 1_000;

/** The number of fields of an index is limited and that of metrics is not, so unknown metrics share one name. */
const otherPrefix = 'other.';

const otherMetrics: Field = {
  name: 'other',
  type: 'named by others',
  below: 'double',
  meaning: `metrics that the catalogue does not contain, by their own name; at most ${otherMetricsMax.toLocaleString('en')} in an index`,
};

/** Names of fields that are not metrics. A metric whose own name begins like one of these is stored under `other.`. */
const reserved = /^(@timestamp$|message$|event\.|host\.name$|agent\.|labels\.|offbeat\.|other\.)/;

/** Returns the field of a metric in a sample; in a summary the beginning of the names of its fields. */
export function fieldOf(metric: string): string {
  return catalogueFacts(metric) === undefined || reserved.test(metric) ? otherPrefix + metric : metric;
}

/** @returns `undefined` for a field that is not a metric */
function metricOf(field: string): string | undefined {
  if (field.startsWith(otherPrefix)) return field.slice(otherPrefix.length);
  return reserved.test(field) ? undefined : field;
}

/**
 * Returns a document without the metrics that the catalogue does not contain.
 * @returns `undefined` if it has none of them, or no other metric
 */
export function withoutOtherMetrics(document: WarehouseDocument): WarehouseDocument | undefined {
  const fields = Object.entries(document);
  const left = fields.filter(([field]) => !field.startsWith(otherPrefix));
  const hasMetric = left.some(([field]) => metricOf(field) !== undefined);
  return left.length < fields.length && hasMetric ? Object.fromEntries(left) : undefined;
}

/** The metrics with fields of their own name. Those of Offbeat itself have none, because `offbeat.` begins other fields. */
const namedRows = metricRows.filter(({ metric }) => fieldOf(metric) === metric);

function metricsOf(document: WarehouseDocument): [name: string, value: number][] {
  return Object.entries(document).flatMap(([field, value]): [string, number][] => {
    const metric = metricOf(field);
    return metric === undefined ? [] : [[metric, value as number]];
  });
}

/** The measurements of a sample: a field for each metric, under the metric's own name. */
export const measurements: FieldCodec<Record<string, number>> = {
  fields: [
    ...namedRows.map(({ metric, unit, meaning }): Field => ({ name: metric, type: 'double', unit, meaning })),
    otherMetrics,
  ],
  write(values, into) {
    for (const metric in values) into[fieldOf(metric)] = values[metric];
  },
  read: (from) => Object.fromEntries(metricsOf(from)),
};

/** A number that a minute or an hour has of each metric. */
interface Figure {
  readonly type: 'double' | 'long';
  readonly meaning: string;
  /** Marks a figure whose unit is `1` for every metric. Other figures have the unit of the metric, `/s` for a counter. */
  readonly isPlain?: boolean;
}

/** The figures of a summary, by their names. A figure that the contract has and this table has not is a type error. */
export const figures: Readonly<Record<keyof MetricSummary, Figure>> = {
  avg: { type: 'double', meaning: 'mean; for a counter the mean rate per second, for a delta the sum of the minute' },
  min: { type: 'double', meaning: 'lowest value' },
  max: { type: 'double', meaning: 'highest value' },
  last: { type: 'double', meaning: 'newest value' },
  count: { type: 'long', meaning: 'number of samples', isPlain: true },
  expected: { type: 'double', meaning: 'value that the detector expected; absent while the series is warming up' },
  spread: { type: 'double', meaning: 'deviation that the detector expected' },
  score: { type: 'double', meaning: 'highest score, 0 to 1', isPlain: true },
};

/** Returns the unit of a figure of a metric. A counter is summarised by its rate per second. */
export function figureUnit({ kind, unit }: Pick<CatalogueRow, 'kind' | 'unit'>, figure: keyof MetricSummary): string {
  if (figures[figure].isPlain) return '1';
  return kind === 'counter' ? `${unit}/s` : unit;
}

export const figureNames = Object.keys(figures) as (keyof MetricSummary)[];

const figureFields = (row: CatalogueRow): Field[] =>
  figureNames.map((figure) => {
    const { type, meaning } = figures[figure];
    return { name: `${row.metric}.${figure}`, type, meaning, unit: figureUnit(row, figure) };
  });

/** The metrics of a summary: a field for each figure, under the metric's own name: `system.cpu.total.norm.pct.avg`. */
export const summarisedMetrics: FieldCodec<Record<string, MetricSummary>> = {
  fields: [...namedRows.flatMap(figureFields), otherMetrics],
  write(metrics, into) {
    for (const [metric, values] of Object.entries(metrics)) {
      const field = fieldOf(metric);
      for (const [figure, value] of Object.entries(values)) into[`${field}.${figure}`] = value;
    }
  },
  read(from) {
    const metrics = new Map<string, Record<string, number>>();
    for (const [name, value] of metricsOf(from)) {
      const dot = name.lastIndexOf('.');
      const metric = name.slice(0, dot);
      const values = metrics.get(metric) ?? {};
      metrics.set(metric, values);
      values[name.slice(dot + 1)] = value;
    }
    return Object.fromEntries(metrics) as unknown as Record<string, MetricSummary>;
  },
};
