import type * as z from 'zod';
import { factsFor } from '../../shared/domain/catalogue/catalogue.ts';
import { type CounterReading, nextCadence, rateOf } from '../../shared/domain/counter.ts';
import type { Sample } from '../../shared/domain/sample.ts';
import type { Series } from '../../shared/domain/series.ts';
import { dimensionsText, seriesText } from '../../shared/domain/series-text.ts';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { sampleDocument } from '../../shared/warehouse/sample-document.ts';
import type { samplesAnswer } from '../answers/series.ts';
import type { Shown } from '../answers/shown.ts';
import type { ParametersOf } from '../parameters.ts';
import { newestOfSeries } from './newest.ts';

/** The samples of one series, the oldest first. */
export type Points = Shown<z.infer<typeof samplesAnswer>>;
export type Point = Points['points'][number];

/**
 * Returns the newest samples of one series.
 * @param pageDocuments the most documents that one search returns, default 10,000
 */
export async function findPoints(
  warehouse: Warehouse,
  { series, ...span }: ParametersOf<'samples'>,
  pageDocuments?: number,
): Promise<Points> {
  const { metric } = series;
  const found = await newestOfSeries(warehouse, {
    family: 'offbeat-samples',
    series,
    ...span,
    pageDocuments,
    pick: (document) => {
      const sample = sampleDocument.read(document);
      return hasSeries(sample, series) ? sample : undefined;
    },
  });
  const [newestSample] = found;
  const { kind, unit } = factsFor(metric, newestSample?.kinds?.[metric], newestSample?.units?.[metric]);
  const readings = found.reverse().map(({ timestampMs, measurements }) => ({
    timestampMs,
    value: measurements[metric]!,
  }));
  if (kind === 'counter') return { series: seriesText(series), kind, unit: `${unit}/s`, points: toRates(readings) };
  const points = readings.map(({ timestampMs, value }) => ({ timeMs: timestampMs, value }));
  return { series: seriesText(series), kind, unit, points };
}

function hasSeries({ measurements, dimensions }: Sample, series: Series): boolean {
  return Object.hasOwn(measurements, series.metric) && dimensionsText(dimensions) === dimensionsText(series.dimensions);
}

/**
 * Returns the rates of a counter as detect computes them, so that a chart shows the judged values. A first reading, a
 * reset and a gap have no rate.
 */
export function toRates(readings: readonly CounterReading[]): Point[] {
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
