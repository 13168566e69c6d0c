import type { Sample } from '../../shared/domain/sample.ts';
import { seriesOf } from '../../shared/domain/series.ts';
import { seriesText } from '../../shared/domain/series-text.ts';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { turns } from '../../shared/time/event-loop.ts';
import { sampleDocument } from '../../shared/warehouse/sample-document.ts';
import type { ParametersOf } from '../parameters.ts';
import { DatasetCounts, type DatasetSeries } from './datasets.ts';
import { matchEntity, newest } from './newest.ts';

/** The names of series, and, if the question names datasets, what their documents became. */
interface FoundSeries {
  readonly series: readonly string[];
  readonly datasets?: readonly DatasetSeries[];
}

/** Returns the names of the series in the newest `limit` samples, in alphabetical order. */
export async function findSeries(
  warehouse: Warehouse,
  { entity, dataset, limit }: ParametersOf<'series'>,
): Promise<FoundSeries> {
  const names = new Set<string>();
  const counts = dataset === undefined ? undefined : new DatasetCounts(dataset);
  for (const document of await newest(warehouse, { family: 'offbeat-samples', match: matchEntity(entity), limit })) {
    const sample = sampleDocument.read(document);
    if (counts?.add(sample) !== false) for (const name of seriesNames(sample)) names.add(name);
    if (turns.isOver) await turns.next();
  }
  return { series: [...names].sort(), ...(counts === undefined ? {} : { datasets: counts.all() }) };
}

function seriesNames({ entity, measurements, dimensions }: Sample): string[] {
  return Object.keys(measurements).map((metric) => seriesText(seriesOf(entity, metric, dimensions)));
}
