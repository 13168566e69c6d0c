import type {
  Family,
  WarehouseDocument,
  WarehouseQuery,
  WarehouseWrite,
} from '../../functions/shared/ports/warehouse.ts';
import { turns } from '../../functions/shared/time/event-loop.ts';
import type { Database, Statement } from './database.ts';

/** The version of a new document, as in OpenSearch. */
const createdVersion = 1;

/** The number of rows that are read without a pause: some ten milliseconds if each is matched. */
const sliceRows = 1_000;

/** A row that was read. `document` is `null` if it does not match. */
type FoundRow = readonly [row: number, timeMs: number, document: string | null];

/**
 * The documents of one family. Rows are in the order in which they were written, which is the fastest to write, and in
 * which they expire. Two indexes find them by id and by time.
 */
export class FamilyTable {
  readonly #database: Database;
  readonly #table: string;
  readonly #create: Statement;
  readonly #replace: Statement;
  readonly #count: Statement<{ count: number }>;
  readonly #find: Statement<{ document: string }>;
  readonly #searches = new Map<string, Statement<FoundRow>>();

  constructor(database: Database, family: Family) {
    const table = `"${family}"`;
    database.exec(`
      CREATE TABLE IF NOT EXISTS ${table} (
        row INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        time_ms INTEGER NOT NULL,
        version INTEGER NOT NULL,
        written_ms INTEGER NOT NULL,
        document TEXT NOT NULL
      ) STRICT;
      CREATE INDEX IF NOT EXISTS "${family}-by-time" ON ${table} (time_ms);
    `);
    const insert = `INSERT INTO ${table} (id, time_ms, version, written_ms, document) VALUES (?, ?, ?, ?, ?)`;
    this.#database = database;
    this.#table = table;
    this.#create = database.prepare(`${insert} ON CONFLICT (id) DO NOTHING`);
    this.#replace = database.prepare(
      `${insert} ON CONFLICT (id) DO UPDATE SET time_ms = excluded.time_ms, version = excluded.version, ` +
        'written_ms = excluded.written_ms, document = excluded.document WHERE excluded.version > version',
    );
    this.#find = database.prepare(`SELECT document FROM ${table} WHERE id = ?`);
    this.#count = database.prepare(`SELECT count(*) AS count FROM ${table}`);
  }

  /**
   * Writes a document.
   * @param timeMs the time of the document's `@timestamp`, ms since the epoch
   * @returns whether anything changed: false if the document, or a newer version, exists
   */
  write({ id, version, document }: WarehouseWrite, timeMs: number, nowMs: number): boolean {
    const statement = version === undefined ? this.#create : this.#replace;
    return statement.run(id, timeMs, version ?? createdVersion, nowMs, JSON.stringify(document)) === 1;
  }

  /** Returns the document with this id; `undefined` if there is none. */
  find(id: string): WarehouseDocument | undefined {
    const found = this.#find.get(id);
    return found === undefined ? undefined : JSON.parse(found.document);
  }

  /**
   * Reads rows in their order, a thousand at a time, until it has found `limit` documents or has read all rows. Other work of
   * the process runs after each thousand, because matches use no index, and half a million rows take seconds.
   */
  async search({
    match = {},
    fromMs,
    toMs,
    order,
    limit,
  }: Omit<WarehouseQuery, 'family'>): Promise<WarehouseDocument[]> {
    const fields = Object.entries(match);
    const statement = this.#searchFor(fields.length, order);
    // JSON text distinguishes true, 1 and "1". In the path, quotes keep a name with dots together.
    const matches = fields.flatMap(([field, value]) => [`$.${JSON.stringify(field)}`, JSON.stringify(value)]);
    const [firstMs, endMs] = [fromMs ?? timeMsMin, toMs ?? timeMsMax + 1];
    const [beginMs, lastMs] = order === 'oldest first' ? [firstMs, endMs] : [endMs, firstMs];
    let after: readonly [timeMs: number, row: number] = [beginMs, 0];
    const found: WarehouseDocument[] = [];
    while (found.length < limit) {
      const rowsMax = fields.length === 0 ? Math.min(sliceRows, limit - found.length) : sliceRows;
      const rows = statement.all(...matches, lastMs, ...after, rowsMax);
      for (const [, , document] of rows) {
        if (document !== null && found.length < limit) found.push(JSON.parse(document));
      }
      if (rows.length < rowsMax) break;
      after = [rows.at(-1)![1], rows.at(-1)![0]];
      if (found.length < limit) await turns.next();
    }
    return found;
  }

  #searchFor(matches: number, order: WarehouseQuery['order']): Statement<FoundRow> {
    const [direction, beyond, within] = order === 'oldest first' ? ['ASC', '>', '<'] : ['DESC', '<', '>='];
    const isFound = Array.from({ length: matches }, () => 'document -> ? = ?').join(' AND ') || 'true';
    // One bound on each side. With two, SQLite may seek by the wrong one, and read all earlier rows each time.
    const sql =
      `SELECT row, time_ms, CASE WHEN ${isFound} THEN document END FROM ${this.#table} ` +
      `WHERE time_ms ${within} ? AND (time_ms, row) ${beyond} (?, ?) ` +
      `ORDER BY time_ms ${direction}, row ${direction} LIMIT ?`;
    const prepared = this.#searches.get(sql) ?? this.#database.prepare<FoundRow>(sql).returningArrays();
    this.#searches.set(sql, prepared);
    return prepared;
  }

  /** Returns the number of documents. */
  count(): number {
    return this.#count.get()?.count ?? 0;
  }

  /**
   * Deletes the documents that were written at or before `untilMs`, from the first row on to the first younger one, and at
   * most a thousand.
   * @returns the number of deleted documents
   */
  dropWrittenUntil(untilMs: number): number {
    const first = this.#database.prepare<{ row: number; written_ms: number }>(
      `SELECT row, written_ms FROM ${this.#table} ORDER BY row LIMIT ${sliceRows}`,
    );
    const rows = first.all();
    const younger = rows.findIndex(({ written_ms }) => written_ms > untilMs);
    const last = (younger < 0 ? rows : rows.slice(0, younger)).at(-1);
    return last === undefined ? 0 : this.#database.prepare(`DELETE FROM ${this.#table} WHERE row <= ?`).run(last.row);
  }
}

/** The latest time of a JavaScript date, ms since the epoch. */
const timeMsMax = 8.64e15;
const timeMsMin = -timeMsMax;
