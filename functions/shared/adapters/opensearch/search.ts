import type { WarehouseDocument, WarehouseQuery } from '../../ports/warehouse.ts';
import { writtenField } from '../../warehouse/field-names.ts';

/** `index.max_result_window` of every index that does not say otherwise. */
export const hitsMax = 10_000;

export interface Hit {
  readonly _index: string;
  readonly _id: string;
  readonly _source: WarehouseDocument;
  readonly sort: readonly [timeMs: number, sequence: number];
}

/**
 * The body of a search request. Of equal moments the one that was written first is the older one: `_seq_no` is unique
 * in a shard, and unlike `_id` costs no memory to sort by.
 * @param after the place in the order behind which the page begins
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
 * Where the page behind `hits` begins. Two shards may hold the same sequence number, so it begins one before the end,
 * and what is `seen` of it is left out.
 */
export function nextPage(hits: readonly Hit[], order: WarehouseQuery['order']) {
  const [timeMs, sequence] = hits.at(-1)!.sort;
  const same = hits.filter(({ sort }) => sort[0] === timeMs && sort[1] === sequence);
  const after: Hit['sort'] = [timeMs, sequence + (order === 'oldest first' ? -1 : 1)];
  return { after, seen: new Set(same.map(({ _index, _id }) => `${_index} ${_id}`)) };
}
