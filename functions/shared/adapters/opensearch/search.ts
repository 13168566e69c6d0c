import type { WarehouseDocument, WarehouseQuery } from '../../ports/warehouse.ts';
import { writtenField } from '../../warehouse/field-names.ts';

/** The most hits of one page: the default of `index.max_result_window`. */
export const hitsMax = 10_000;

/** One document that a search found. */
export interface Hit {
  readonly _index: string;
  readonly _id: string;
  readonly _source: WarehouseDocument;
  readonly sort: readonly [timeMs: number, sequence: number];
}

/**
 * Returns the body of a search request. Of two documents with the same time the one that was written first counts as
 * older: `_seq_no` is unique in a shard, and unlike `_id` it needs no memory to sort by.
 * @param after the sort values after which the page begins
 */
export function searchBody(
  { match = {}, fromMs, toMs, order }: Omit<WarehouseQuery, 'family' | 'limit'>,
  size: number,
  after: Hit['sort'] | undefined,
) {
  const direction = order === 'oldest first' ? ('asc' as const) : ('desc' as const);
  const terms = Object.entries(match).map(([field, value]) => ({
    term: { [writtenField(field, 'as is')]: { value } },
  }));
  const bounds = { ...(fromMs === undefined ? {} : { gte: fromMs }), ...(toMs === undefined ? {} : { lt: toMs }) };
  const range =
    Object.keys(bounds).length === 0 ? [] : [{ range: { '@timestamp': { ...bounds, format: 'epoch_millis' } } }];
  return {
    size,
    track_total_hits: false,
    query: { bool: { filter: [...terms, ...range] } },
    sort: [
      { '@timestamp': { order: direction, unmapped_type: 'date' as const } },
      { _seq_no: { order: direction, unmapped_type: 'long' as const } },
    ],
    ...(after === undefined ? {} : { search_after: [...after] }),
  };
}

/**
 * Returns the sort values after which the next page begins, and the hits that it repeats (`seen`). Two shards may have the
 * same sequence number, so the next page begins one number before the end of `hits`.
 */
export function nextPage(hits: readonly Hit[], order: WarehouseQuery['order']) {
  const [timeMs, sequence] = hits.at(-1)!.sort;
  const same = hits.filter(({ sort }) => sort[0] === timeMs && sort[1] === sequence);
  const after: Hit['sort'] = [timeMs, sequence + (order === 'oldest first' ? -1 : 1)];
  return { after, seen: new Set(same.map(({ _index, _id }) => `${_index} ${_id}`)) };
}
