import type { Family, WarehouseDocument, WarehouseQuery } from '../../ports/warehouse.ts';
import { writtenField } from '../../warehouse/field-names.ts';
import { fieldsOf } from '../../warehouse/fields.ts';
import { type Hit, searchBody } from './search.ts';

/*
 * OpenSearch keeps each document as a whole in compressed blocks, and the values of each field in a column. The documents of a series are
 * scattered: to read some of their fields from columns takes a fifth of the time that it takes to unpack a block for each.
 */

/** The types of fields whose column has the value that was written, to the last digit, and never a list of them. */
const exactTypes: ReadonlySet<string> = new Set(['double', 'date']);
const singleTexts = ['offbeat.entity.path', 'event.dataset'];
/** The most columns of a request: the default of `index.max_docvalue_fields_search`. */
const columnsMax = 100;
const labelPrefix = 'labels.';

const exactFields = new Map<Family, ReadonlySet<string>>();

function exactFieldsOf(family: Family): ReadonlySet<string> {
  const known = exactFields.get(family);
  if (known !== undefined) return known;
  const exact = fieldsOf[family].filter(({ type }) => exactTypes.has(type)).map(({ name }) => name);
  const names = new Set([...exact, ...singleTexts]);
  exactFields.set(family, names);
  return names;
}

/** Returns the columns that a search can be answered from; `undefined` if documents are needed. */
export function columnsOf({ family, fields, dimensions }: WarehouseQuery): readonly string[] | undefined {
  if (fields === undefined) return undefined;
  const exact = exactFieldsOf(family);
  if (!fields.every((field) => exact.has(field) || field.startsWith(labelPrefix))) return undefined;
  const columns = new Set(fields.map((field) => writtenField(field, 'as is')));
  if (dimensions !== undefined) columns.add(`${labelPrefix}*`);
  return columns.size > columnsMax ? undefined : [...columns];
}

/** A hit without its document: its values are in columns. */
export interface ColumnHit extends Pick<Hit, 'sort'> {
  /** A list for each field that has a value. */
  readonly fields?: Readonly<Record<string, readonly unknown[]>>;
}

/** Returns the body of a search that reads columns alone. Not even the id is read, which is kept with the document. */
export function columnsBody(
  query: Omit<WarehouseQuery, 'family' | 'limit'>,
  columns: readonly string[],
  { size, after }: { readonly size: number; readonly after: Hit['sort'] | undefined },
) {
  const body = searchBody(query, size, after);
  return { ...body, _source: false, stored_fields: '_none_', docvalue_fields: [...columns] };
}

/** Returns the fields of a hit as its document has them. */
export const documentOf = ({ fields = {} }: ColumnHit): WarehouseDocument =>
  Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, values[0]]));

/**
 * Returns where the next page begins: one number before the end, because two shards may have the same sequence number, and how many hits
 * it repeats. Hits of one place come in the order of their shards.
 */
export function nextPlace(hits: readonly ColumnHit[], order: WarehouseQuery['order']) {
  const [timeMs, sequence] = hits.at(-1)!.sort;
  const repeated = hits.filter(({ sort }) => sort[0] === timeMs && sort[1] === sequence).length;
  const after: Hit['sort'] = [timeMs, sequence + (order === 'oldest first' ? -1 : 1)];
  return { after, repeated };
}
