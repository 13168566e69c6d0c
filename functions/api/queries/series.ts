import { seriesOf } from '../../shared/domain/series.ts';
import { seriesText } from '../../shared/domain/series-text.ts';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { turns } from '../../shared/time/event-loop.ts';
import { sampleDocument } from '../../shared/warehouse/sample-document.ts';
import { summaryDocument } from '../../shared/warehouse/summary-document.ts';
import type { ParametersOf } from '../parameters.ts';
import { type CountedSample, DatasetCounts, type DatasetSeries } from './datasets.ts';
import { matchEntity, newest } from './newest.ts';

/** The names of series, and, if the question names datasets, what their documents became. */
interface FoundSeries {
  readonly series: readonly string[];
  readonly datasets?: readonly DatasetSeries[];
}

/** The metric of log records, whose samples are in minutes only. */
const logRecords = 'log.records';

/**
 * Returns the names of the series in the newest `limit` samples, and of the log rates in the newest `limit` minutes, in
 * alphabetical order.
 */
export async function findSeries(
  warehouse: Warehouse,
  { entity, dataset, limit }: ParametersOf<'series'>,
): Promise<FoundSeries> {
  const names = new Set<string>();
  const counts = dataset === undefined ? undefined : new DatasetCounts(dataset);
  const match = matchEntity(entity);
  const add = async (sample: CountedSample): Promise<void> => {
    if (counts?.add(sample) !== false) for (const name of seriesNames(sample)) names.add(name);
    if (turns.isOver) await turns.next();
  };
  for (const document of await newest(warehouse, { family: 'offbeat-samples', match, limit })) {
    await add(sampleDocument.read(document));
  }
  for (const document of await newest(warehouse, { family: 'offbeat-summaries', match, limit })) {
    const { metrics, ...minute } = summaryDocument.read(document);
    const records = metrics[logRecords];
    if (records !== undefined) await add({ ...minute, measurements: { [logRecords]: records.last } });
  }
  return { series: [...names].sort(), ...(counts === undefined ? {} : { datasets: counts.all() }) };
}

function seriesNames({ entity, measurements, dimensions }: CountedSample): string[] {
  return Object.keys(measurements).map((metric) => seriesText(seriesOf(entity, metric, dimensions)));
}
