import type { Sample } from '../../shared/domain/sample.ts';
import { seriesOf } from '../../shared/domain/series.ts';
import { seriesText } from '../../shared/domain/series-text.ts';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { turns } from '../../shared/time/event-loop.ts';
import { sampleDocument } from '../../shared/warehouse/sample-document.ts';
import type { ParametersOf } from '../parameters.ts';
import { matchEntity, newest } from './newest.ts';

/** Returns the names of the series in the newest `limit` samples, in alphabetical order. */
export async function findSeries(warehouse: Warehouse, { entity, limit }: ParametersOf<'series'>): Promise<string[]> {
  const names = new Set<string>();
  for (const document of await newest(warehouse, { family: 'offbeat-samples', match: matchEntity(entity), limit })) {
    for (const name of seriesNames(sampleDocument.read(document))) names.add(name);
    if (turns.isOver) await turns.next();
  }
  return [...names].sort();
}

function seriesNames({ entity, measurements, dimensions }: Sample): string[] {
  return Object.keys(measurements).map((metric) => seriesText(seriesOf(entity, metric, dimensions)));
}
