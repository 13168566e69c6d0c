import type { WarehouseDocument, WarehouseQuery } from '../../ports/warehouse.ts';
import { writtenField } from '../../warehouse/field-names.ts';

/** The most hits of one page: the default of `index.max_result_window`. */
export const hitsMax = 10_000;

/** Options by which an index that does not exist counts as empty. */
export const missingIsEmpty = { ignore_unavailable: true, allow_no_indices: true } as const;

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
  { match = {}, dimensions, fields, fromMs, toMs, order }: Omit<WarehouseQuery, 'family' | 'limit'>,
  size: number,
  after: Hit['sort'] | undefined,
) {
  const direction = order === 'oldest first' ? ('asc' as const) : ('desc' as const);
  const labels = Object.entries(dimensions ?? {}).map(([name, value]) => [`labels.${name}`, value] as const);
  const terms = [...Object.entries(match), ...labels].map(([field, value]) => ({
    terms: { [writtenField(field, 'as is')]: [value].flat() },
  }));
  const without =
    dimensions !== undefined && labels.length === 0 ? { must_not: [{ exists: { field: 'labels' } }] } : {};
  return {
    size,
    track_total_hits: false,
    query: { bool: { filter: [...terms, ...rangeOf({ fromMs, toMs })], ...without } },
    ...(fields === undefined ? {} : { _source: { includes: sourceFields(fields, dimensions) } }),
    sort: [
      { '@timestamp': { order: direction, unmapped_type: 'date' as const } },
      { _seq_no: { order: direction, unmapped_type: 'long' as const } },
    ],
    ...(after === undefined ? {} : { search_after: [...after] }),
  };
}

/** Returns the filter of a time range: none if neither end is given. */
export function rangeOf({
  fromMs,
  toMs,
}: {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}) {
  const bounds = { ...(fromMs === undefined ? {} : { gte: fromMs }), ...(toMs === undefined ? {} : { lt: toMs }) };
  return Object.keys(bounds).length === 0 ? [] : [{ range: { '@timestamp': { ...bounds, format: 'epoch_millis' } } }];
}

/** Returns the fields to ask the server for, in any spelling, and the labels if dimensions are compared. */
function sourceFields(fields: readonly string[], dimensions: WarehouseQuery['dimensions']): string[] {
  const spelled = fields.flatMap((field) => [writtenField(field, 'as is'), writtenField(field, 'in one piece')]);
  return [...new Set(spelled), ...(dimensions === undefined ? [] : ['labels.*'])];
}

/**
 * Returns what a search returns of a document; `undefined` if it has other dimensions than are asked for, which no query of the server
 * can exclude.
 */
export function foundOf(
  document: WarehouseDocument,
  { dimensions, fields }: Pick<WarehouseQuery, 'dimensions' | 'fields'>,
): WarehouseDocument | undefined {
  if (dimensions !== undefined) {
    const labels = Object.keys(document).filter((field) => field.startsWith('labels.'));
    if (labels.length !== Object.keys(dimensions).length) return undefined;
  }
  if (fields === undefined) return document;
  return Object.fromEntries(
    fields.flatMap((field) => (Object.hasOwn(document, field) ? [[field, document[field]]] : [])),
  );
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
