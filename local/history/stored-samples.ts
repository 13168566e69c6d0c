import { liveScope, type Sample } from '../../functions/shared/domain/sample.ts';
import type { Warehouse, WarehouseDocument } from '../../functions/shared/ports/warehouse.ts';
import { sampleDocument } from '../../functions/shared/warehouse/sample-document.ts';

/** The most documents of one page, so that memory stays constant. */
const pageDocuments = 5_000;

export interface StoredSamplesRange {
  /** The earliest time of a sample, ms since the epoch, inclusive. */
  readonly fromMs: number;
  /** The end of the range, exclusive. */
  readonly toMs: number;
  /** The cluster of the samples; absent for those of all clusters. */
  readonly cluster?: string;
  /**
   * The scope of the samples.
   *
   * @default 'live'
   */
  readonly scope?: string;
}

/**
 * Yields the samples of a scope that a warehouse has of a range, the oldest first, in pages. A page begins at the time of the last
 * sample before it, because several samples may have one time; those that came already are left out.
 * @param pageSize the documents of a page that are not left out
 * @throws {UnavailableError} if the warehouse does not answer
 */
export async function* storedSamples(
  warehouse: Pick<Warehouse, 'search'>,
  { fromMs, toMs, cluster, scope = liveScope }: StoredSamplesRange,
  pageSize = pageDocuments,
): AsyncGenerator<readonly Sample[]> {
  let nextMs = fromMs;
  let seen = new Set<string>();
  for (;;) {
    const limit = pageSize + seen.size;
    const documents = await warehouse.search({
      family: 'offbeat-samples',
      ...(cluster === undefined ? {} : { match: { 'offbeat.entity.cluster': cluster } }),
      ...{ fromMs: nextMs, toMs, order: 'oldest first', limit },
    });
    const fresh = documents.filter((document) => !seen.has(JSON.stringify(document)));
    if (fresh.length > 0)
      yield fresh.map(sampleDocument.read).filter((sample) => (sample.scope ?? liveScope) === scope);
    if (documents.length < limit) return;
    const lastMs = timeOf(documents.at(-1)!);
    const ofLast = fresh.filter((document) => timeOf(document) === lastMs).map((each) => JSON.stringify(each));
    seen = new Set(lastMs === nextMs ? [...seen, ...ofLast] : ofLast);
    nextMs = lastMs;
  }
}

const timeOf = (document: WarehouseDocument): number => Date.parse(String(document['@timestamp']));
