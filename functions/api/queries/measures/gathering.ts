import { factsFor } from '../../../shared/domain/catalogue/catalogue.ts';
import { minuteMs } from '../../../shared/domain/durations.ts';
import { parseEntityPath } from '../../../shared/domain/entity.ts';
import type { MetricKind } from '../../../shared/domain/sample.ts';
import { seriesOf } from '../../../shared/domain/series.ts';
import { dimensionsText, seriesText } from '../../../shared/domain/series-text.ts';
import type { WarehouseDocument } from '../../../shared/ports/warehouse.ts';
import { labels, timestamp } from '../../../shared/warehouse/common-fields.ts';
import { fieldOf } from '../../../shared/warehouse/metric-fields.ts';
import type { Reading } from '../charts/steps.ts';
import { toRates } from '../points.ts';
import type { MeasuredSeries } from './measured-series.ts';

/** The values of one series while they are read. */
export interface Gathered extends Omit<MeasuredSeries, 'values'> {
  readonly path: string;
  kind?: MetricKind | undefined;
  readonly readings: Reading[];
}

/** The beginning of the names of fields with dimensions. */
export const labelPrefix = 'labels.';

/** Gathers the values of series from documents, the oldest first. */
export class Gathering {
  readonly #fields: readonly (readonly [field: string, metric: string])[];
  readonly #groups = new Map<string, Map<string, Gathered>>();
  readonly #byKey = new Map<string, Map<string, Gathered>>();

  /** @param suffix what follows the name of a metric in its field */
  constructor(metrics: readonly string[], suffix: '' | '.avg') {
    this.#fields = metrics.map((metric) => [`${fieldOf(metric)}${suffix}`, metric]);
  }

  add(document: WarehouseDocument): void {
    const timeMs = timestamp.read(document)!;
    let group: Map<string, Gathered> | undefined;
    for (const [field, metric] of this.#fields) {
      const value = document[field];
      if (typeof value !== 'number') continue;
      group ??= this.#groupOf(document);
      const gathered = group.get(metric) ?? this.#begin(group, metric, document);
      gathered.kind = document[`offbeat.kinds.${metric}`] as MetricKind | undefined;
      gathered.readings.push({ timeMs, value });
    }
  }

  /**
   * Returns the series of a document's group, by metric. There are many documents of each group, so that it is found by a key without a
   * sort first.
   */
  #groupOf(document: WarehouseDocument): Map<string, Gathered> {
    const path = String(document['offbeat.entity.path']);
    let key = path;
    for (const field in document) if (field.startsWith(labelPrefix)) key += `\0${field}\0${document[field]}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const text = `${path}${dimensionsText(labels.read(document) ?? {})}`;
    const group = this.#groups.get(text) ?? new Map<string, Gathered>();
    this.#groups.set(text, group);
    this.#byKey.set(key, group);
    return group;
  }

  #begin(group: Map<string, Gathered>, metric: string, document: WarehouseDocument): Gathered {
    const dimensions = labels.read(document) ?? {};
    const path = String(document['offbeat.entity.path']);
    const series = seriesText(seriesOf(parseEntityPath(path)!, metric, dimensions));
    const gathered: Gathered = { path, metric, dimensions, series, readings: [] };
    group.set(metric, gathered);
    return gathered;
  }

  all(): readonly Gathered[] {
    return [...this.#groups.values()].flatMap((group) => [...group.values()]);
  }
}

/** Returns the values of samples as summaries have them: counters per second, and deltas as the sums of whole minutes. */
export function shownReadings({ metric, kind: given, readings }: Gathered, toMs: number): Reading[] {
  const { kind } = factsFor(metric, given);
  if (kind === 'gauge') return readings;
  if (kind === 'counter') return toRates(readings.map(({ timeMs, value }) => ({ timestampMs: timeMs, value })));
  const sums = new Map<number, number>();
  for (const { timeMs, value } of readings) {
    const minute = Math.floor(timeMs / minuteMs) * minuteMs;
    sums.set(minute, (sums.get(minute) ?? 0) + value);
  }
  return [...sums].flatMap(([timeMs, value]) => (timeMs + minuteMs <= toMs ? [{ timeMs, value }] : []));
}
