import { entityPath } from '../../shared/domain/entity.ts';
import { seriesOf } from '../../shared/domain/series.ts';
import { dimensionsText, seriesText } from '../../shared/domain/series-text.ts';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { turns } from '../../shared/time/event-loop.ts';
import { sampleDocument } from '../../shared/warehouse/sample-document.ts';
import { summaryDocument } from '../../shared/warehouse/summary-document.ts';
import type { ParametersOf } from '../parameters.ts';
import { type CountedSample, DatasetCounts, type DatasetSeries } from './datasets.ts';
import { matchEntity, newest } from './newest.ts';
import { pageOf } from './page.ts';

/** The names of series, and, if the question names datasets, what their documents became. */
interface FoundSeries {
  readonly series: readonly string[];
  /** The number of all of them, of which the answer has a page. */
  readonly count: number;
  readonly next?: string;
  readonly datasets?: readonly DatasetSeries[];
}

/**
 * Returns the names of the series in the newest `limit` samples, in alphabetical order. Of groups without any, as those of
 * log records and of other deltas, which are kept as minutes, the newest `limit` minutes are read.
 */
export async function findSeries(
  warehouse: Warehouse,
  { entity, dataset, q = '', cluster, limit, names: most, cursor }: ParametersOf<'series'>,
): Promise<FoundSeries> {
  const names = new Set<string>();
  const counts = dataset === undefined ? undefined : new DatasetCounts(dataset);
  const match = { ...matchEntity(entity), 'offbeat.entity.cluster': cluster };
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const withSamples = new Set<string>();
  const add = async (sample: CountedSample): Promise<void> => {
    if (counts?.add(sample) !== false) for (const name of seriesNames(sample)) names.add(name);
    if (turns.isOver) await turns.next();
  };
  for (const document of await newest(warehouse, { family: 'offbeat-samples', match, limit })) {
    const sample = sampleDocument.read(document);
    withSamples.add(groupOf(sample));
    await add(sample);
  }
  for (const document of await newest(warehouse, { family: 'offbeat-summaries', match, limit })) {
    const { metrics, ...minute } = summaryDocument.read(document);
    if (withSamples.has(groupOf(minute))) continue;
    const values = Object.entries(metrics).map(([metric, { last }]) => [metric, last]);
    await add({ ...minute, measurements: Object.fromEntries(values) });
  }
  const all = [...names].filter((name) => containsAll(name, words)).sort();
  const { items, next } = pageOf(all, most, cursor);
  return {
    series: items,
    count: all.length,
    ...(next === undefined ? {} : { next }),
    ...(counts === undefined ? {} : { datasets: counts.all() }),
  };
}

/** Returns a text that two samples have in common if they are of one series group. */
const groupOf = ({ dataset, entity, dimensions }: Pick<CountedSample, 'dataset' | 'entity' | 'dimensions'>): string =>
  `${dataset} ${entityPath(entity)}${dimensionsText(dimensions)}`;

function containsAll(name: string, words: readonly string[]): boolean {
  const lower = name.toLowerCase();
  return words.every((word) => lower.includes(word));
}

function seriesNames({ entity, measurements, dimensions }: CountedSample): string[] {
  return Object.keys(measurements).map((metric) => seriesText(seriesOf(entity, metric, dimensions)));
}
