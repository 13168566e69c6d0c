import type { Client } from '@opensearch-project/opensearch';
import { parseEntityPath } from '../../domain/entity.ts';
import type { NewestByEntityQuery, NewestOfEntity } from '../../ports/warehouse.ts';
import { missingIsEmpty, rangeOf } from './search.ts';

/** The most buckets of one answer: the default of `search.max_buckets` is far higher. */
const bucketsMax = 5_000;

interface Bucket {
  readonly key: { readonly path: string; readonly dataset: string; readonly source: string | null };
  readonly newest: { readonly value: number };
}

interface Answer {
  readonly aggregations?: {
    readonly entities: { readonly buckets: readonly Bucket[]; readonly after_key?: Bucket['key'] };
  };
}

/** Returns the time of the newest document of each entity, dataset and shipper, by pages of a composite aggregation. */
export async function newestByEntity(
  client: Client,
  { family, fromMs, cluster }: NewestByEntityQuery,
): Promise<readonly NewestOfEntity[]> {
  const found: NewestOfEntity[] = [];
  const ofCluster = cluster === undefined ? [] : [{ term: { 'offbeat.entity.cluster': { value: cluster } } }];
  let after: Bucket['key'] | undefined;
  do {
    const { body } = await client.search({
      index: family,
      ...missingIsEmpty,
      allow_partial_search_results: false,
      body: {
        size: 0,
        track_total_hits: false,
        query: { bool: { filter: [...rangeOf({ fromMs }), ...ofCluster] } },
        aggs: {
          entities: {
            composite: {
              size: bucketsMax,
              sources: [
                { path: { terms: { field: 'offbeat.entity.path' } } },
                { dataset: { terms: { field: 'event.dataset' } } },
                { source: { terms: { field: 'agent.type', missing_bucket: true } } },
              ],
              ...(after === undefined ? {} : { after }),
            },
            aggs: { newest: { max: { field: '@timestamp' } } },
          },
        },
      },
    } as Parameters<Client['search']>[0]);
    const { buckets = [], after_key } = (body as unknown as Answer).aggregations?.entities ?? {};
    found.push(...buckets.flatMap(newestOf));
    after = buckets.length < bucketsMax ? undefined : after_key;
  } while (after !== undefined);
  return found;
}

function newestOf({ key: { path, dataset, source }, newest }: Bucket): NewestOfEntity[] {
  const entity = parseEntityPath(path);
  if (entity === undefined) return [];
  return [{ entity, dataset, ...(source === null ? {} : { source }), newestMs: newest.value }];
}
