import type { SQLInputValue } from 'node:sqlite';
import type { WarehouseDocument, WarehouseQuery } from '../../functions/shared/ports/warehouse.ts';
import { turns } from '../../functions/shared/time/event-loop.ts';
import type { Database, Statement } from './database.ts';

/** The number of rows that are read without a pause: some ten milliseconds if each is matched. */
const sliceRows = 1_000;
/** The least rows that are read at once of one of many parts. */
const partRowsMin = 4;

/** The latest time of a JavaScript date, ms since the epoch. */
const timeMsMax = 8.64e15;
const timeMsMin = -timeMsMax;

/** A row that was read. `found` is `null` if it does not match; otherwise it is the document, or the values of the fields asked for, as JSON. */
type FoundRow = readonly [row: number, timeMs: number, found: string | null];

/** A part of a table whose rows an index has in the order of time. */
export interface TablePart {
  readonly index: string;
  /** A condition with at most one value. @default all rows */
  readonly condition?: string;
  readonly value?: SQLInputValue;
}

/** A search of some parts of a table. */
export interface PartsQuery extends Pick<WarehouseQuery, 'match' | 'fields' | 'fromMs' | 'toMs' | 'order' | 'limit'> {
  readonly parts: readonly TablePart[];
}

/** Reads rows of one table in the order of time. */
export class FamilyRows {
  readonly #database: Database;
  readonly #table: string;
  readonly #statements = new Map<string, Statement<FoundRow>>();

  constructor(database: Database, table: string) {
    this.#database = database;
    this.#table = table;
  }

  /**
   * Returns the first `limit` documents of all parts that match. Rows are read in slices, and other work of the process runs
   * after each, because most matches use no index, and half a million rows take seconds.
   */
  async search(query: PartsQuery): Promise<WarehouseDocument[]> {
    const { parts, order, limit } = query;
    const slice = parts.length === 1 ? sliceRows : Math.ceil((2 * Math.min(limit, sliceRows)) / parts.length);
    const rowsMax = Math.min(Math.max(slice, partRowsMin), sliceRows);
    const cursors: Cursor[] = [];
    for (const part of parts) {
      const cursor = new Cursor(this.#reader(part, query), rowsMax);
      if (cursor.advance(limit)) cursors.push(cursor);
      if (turns.isOver) await turns.next();
    }
    const isBefore = order === 'oldest first' ? isOlder : isNewer;
    const found: WarehouseDocument[] = [];
    while (found.length < limit && cursors.length > 0) {
      const first = cursors.reduce((a, b) => (isBefore(b.current, a.current) ? b : a));
      const document = documentOf(first.current, query.fields);
      if (document !== undefined) found.push(document);
      if (found.length === limit) break;
      if (first.isAtEndOfSlice && (cursors.length === 1 || turns.isOver)) await turns.next();
      if (!first.advance(limit - found.length)) cursors.splice(cursors.indexOf(first), 1);
    }
    return found;
  }

  /** Returns a function that reads the rows of a part after a place. */
  #reader(part: TablePart, query: PartsQuery): ReadRows {
    const { match = {}, fields, fromMs, toMs, order } = query;
    const conditions = Object.entries(match).map(([field, value]) => [field, [value].flat()] as const);
    const statement = this.#statement(part, { counts: conditions.map(([, values]) => values.length), fields, order });
    // JSON text distinguishes true, 1 and "1".
    const matched = conditions.flatMap(([field, values]) => [
      pathOf(field),
      ...values.map((each) => JSON.stringify(each)),
    ]);
    const [firstMs, endMs] = [fromMs ?? timeMsMin, toMs ?? timeMsMax + 1];
    const [beginMs, lastMs] = order === 'oldest first' ? [firstMs, endMs] : [endMs, firstMs];
    const selected = fields === undefined ? [] : [anyPath, ...fields.map(pathOf)];
    const of = part.value === undefined ? [] : [part.value];
    const filtered = conditions.length > 0;
    return {
      filtered,
      read: (after, rowsMax) =>
        statement.all(...matched, ...selected, ...of, lastMs, ...(after ?? [beginMs, 0]), rowsMax),
    };
  }

  #statement(
    { index, condition = 'true' }: TablePart,
    {
      counts,
      fields,
      order,
    }: {
      readonly counts: readonly number[];
      readonly fields: readonly string[] | undefined;
      readonly order: WarehouseQuery['order'];
    },
  ): Statement<FoundRow> {
    const [direction, beyond, within] = order === 'oldest first' ? ['ASC', '>', '<'] : ['DESC', '<', '>='];
    const isFound =
      counts
        .map((count) => `document -> ? IN (${Array.from({ length: count }, () => '?').join(', ')})`)
        .join(' AND ') || 'true';
    // One call for all fields, with a path more than is needed: for several paths the result is a list.
    const paths = fields && ['$.""', ...fields].map(() => '?').join(', ');
    const selected = paths === undefined ? 'document' : `json_extract(document, ${paths})`;
    // One bound on each side. With two, SQLite may seek by the wrong one, and read all earlier rows each time.
    const sql =
      `SELECT row, time_ms, CASE WHEN ${isFound} THEN ${selected} END FROM ${this.#table} INDEXED BY ${index} ` +
      `WHERE ${condition} AND time_ms ${within} ? AND (time_ms, row) ${beyond} (?, ?) ` +
      `ORDER BY time_ms ${direction}, row ${direction} LIMIT ?`;
    const prepared = this.#statements.get(sql) ?? this.#database.prepare<FoundRow>(sql).returningArrays();
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

interface ReadRows {
  /** Means that some of the rows that are read may not match. */
  readonly filtered: boolean;
  readonly read: (after: readonly [timeMs: number, row: number] | undefined, rowsMax: number) => readonly FoundRow[];
}

/** A place in the rows of one part. */
class Cursor {
  readonly #from: ReadRows;
  readonly #rowsMax: number;
  #rows: readonly FoundRow[] = [];
  #nth = -1;
  #isLast = false;

  constructor(from: ReadRows, rowsMax: number) {
    this.#from = from;
    this.#rowsMax = rowsMax;
  }

  get current(): FoundRow {
    return this.#rows[this.#nth]!;
  }

  get isAtEndOfSlice(): boolean {
    return this.#nth === this.#rows.length - 1 && !this.#isLast;
  }

  /** Goes to the next row. @param wanted the most rows that are still needed @returns whether there is one */
  advance(wanted: number): boolean {
    this.#nth += 1;
    if (this.#nth < this.#rows.length) return true;
    if (this.#isLast) return false;
    const last = this.#rows.at(-1);
    const rowsMax = this.#from.filtered ? this.#rowsMax : Math.min(this.#rowsMax, wanted);
    this.#rows = this.#from.read(last && [last[1], last[0]], rowsMax);
    this.#nth = 0;
    this.#isLast = this.#rows.length < rowsMax;
    return this.#rows.length > 0;
  }
}

/** A path that is in no document. */
const anyPath = '$.""';

/** Returns the path of a field in JSON. Quotes keep a name with dots together. */
const pathOf = (field: string): string => `$.${JSON.stringify(field)}`;

const isOlder = (a: FoundRow, b: FoundRow): boolean => a[1] < b[1] || (a[1] === b[1] && a[0] < b[0]);
const isNewer = (a: FoundRow, b: FoundRow): boolean => isOlder(b, a);

/** @returns `undefined` for a row that does not match */
function documentOf([, , found]: FoundRow, fields: readonly string[] | undefined): WarehouseDocument | undefined {
  if (found === null) return undefined;
  const value = JSON.parse(found);
  if (fields === undefined) return value;
  const document: Record<string, unknown> = {};
  for (const [nth, field] of fields.entries()) if (value[nth + 1] !== null) document[field] = value[nth + 1];
  return document;
}
