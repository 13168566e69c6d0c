/**
 * The types that a field of a document may have.
 *
 * - `text`: a keyword that can also be searched by its words, under `.text`.
 * - `flat`: an object with any names, each searched as a keyword, that is one field of the index.
 * - `kept`: returned with the document, never searched.
 * - `named by others`: fields without limit under this name, each of the type `below`. Their names come from beats.
 */
export type FieldType =
  | 'date'
  | 'keyword'
  | 'text'
  | 'long'
  | 'double'
  | 'boolean'
  | 'flat'
  | 'kept'
  | 'named by others';

/** One field of a document: what its index template, its row in `docs/warehouse.md` and its checks are made from. */
export interface Field {
  /** The path of the field, dotted: `offbeat.alert.id`. */
  readonly name: string;
  readonly type: FieldType;
  /** The type of each field under a field that is `named by others`. */
  readonly below?: 'keyword' | 'double';
  /** The unit of a number, as UCUM writes it, or the name of the field that holds the unit. Absent for other types. */
  readonly unit?: string;
  /** A phrase for the documentation. */
  readonly meaning: string;
}
