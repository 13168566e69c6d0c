import { dimensionsText } from '../../functions/shared/domain/series-text.ts';
import {
  type Family,
  type Match,
  measuredFamilies,
  type WarehouseDocument,
  type WarehouseQuery,
  type WarehouseWrite,
} from '../../functions/shared/ports/warehouse.ts';
import { turns } from '../../functions/shared/time/event-loop.ts';
import type { Database, Statement } from './database.ts';
import { type DocumentGroup, DocumentGroups, noGroup } from './document-groups.ts';
import { FamilyRows } from './family-rows.ts';

/** The version of a new document, as in OpenSearch. */
const createdVersion = 1;

/** The most rows that are deleted at once. */
const sliceRows = 1_000;

const isMeasured = (family: Family): boolean => (measuredFamilies as readonly Family[]).includes(family);

/** The fields by whose values the documents of a family are found without reading all. */
const indexedFields: Partial<Readonly<Record<Family, readonly string[]>>> = {
  'offbeat-anomalies': ['offbeat.anomaly.id', 'offbeat.anomaly.series', 'offbeat.anomaly.state'],
  'offbeat-alerts': ['offbeat.alert.id', 'offbeat.alert.status'],
  'offbeat-silences': ['offbeat.silence.id', 'offbeat.silence.state'],
  'offbeat-deliveries': ['offbeat.delivery.alert'],
  'offbeat-inventory': ['offbeat.inventory.status'],
};

/** The time of the newest document of a group. */
export interface NewestOfGroup {
  readonly group: DocumentGroup;
  readonly newestMs: number;
}

/**
 * The documents of one family. Rows are in the order in which they were written, which is the fastest to write, and in
 * which they expire. Indexes find them by id and by time; measurements by group and time; others by the values of some fields.
 */
export class FamilyTable {
  readonly #database: Database;
  readonly #table: string;
  readonly #create: Statement;
  readonly #replace: Statement;
  readonly #count: Statement<{ count: number }>;
  readonly #find: Statement<{ document: string }>;
  readonly #rows: FamilyRows;
  readonly #indexed: readonly string[];
  readonly #family: Family;
  /** The groups of a family of measurements. */
  readonly groups: DocumentGroups | undefined;

  constructor(database: Database, family: Family) {
    const table = `"${family}"`;
    this.#family = family;
    this.#indexed = indexedFields[family] ?? [];
    database.exec(`
      CREATE TABLE IF NOT EXISTS ${table} (
        row INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        time_ms INTEGER NOT NULL,
        version INTEGER NOT NULL,
        written_ms INTEGER NOT NULL,
        series_group INTEGER NOT NULL,
        document TEXT NOT NULL
      ) STRICT;
      CREATE INDEX IF NOT EXISTS "${family}-by-time" ON ${table} (time_ms);
    `);
    this.groups = isMeasured(family) ? new DocumentGroups(database, family) : undefined;
    if (this.groups !== undefined)
      database.exec(`CREATE INDEX IF NOT EXISTS "${family}-by-group" ON ${table} (series_group, time_ms)`);
    for (const field of this.#indexed)
      database.exec(
        `CREATE INDEX IF NOT EXISTS "${family}-by-${field}" ON ${table} ((document -> ${jsonPath(field)}), time_ms)`,
      );
    const insert = `INSERT INTO ${table} (id, time_ms, version, written_ms, series_group, document) VALUES (?, ?, ?, ?, ?, ?)`;
    this.#rows = new FamilyRows(database, table);
    this.#database = database;
    this.#table = table;
    this.#create = database.prepare(`${insert} ON CONFLICT (id) DO NOTHING`);
    this.#replace = database.prepare(
      `${insert} ON CONFLICT (id) DO UPDATE SET time_ms = excluded.time_ms, version = excluded.version, ` +
        'written_ms = excluded.written_ms, series_group = excluded.series_group, document = excluded.document WHERE excluded.version > version',
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
    const group = this.groups?.idOf(document) ?? noGroup;
    return statement.run(id, timeMs, version ?? createdVersion, nowMs, group, JSON.stringify(document)) === 1;
  }

  /** Returns the document with this id; `undefined` if there is none. */
  find(id: string): WarehouseDocument | undefined {
    const found = this.#find.get(id);
    return found === undefined ? undefined : JSON.parse(found.document);
  }

  /** Returns the documents that match, in the given order. */
  async search({ match = {}, dimensions, ...query }: Omit<WarehouseQuery, 'family'>): Promise<WarehouseDocument[]> {
    return this.#rows.search({ ...query, ...this.#partsFor(match, dimensions) });
  }

  /** Returns the parts of the table that may match, by the best index, and what remains to be compared in their rows. */
  #partsFor(match: Match, dimensions: WarehouseQuery['dimensions']) {
    const { [entityField]: entity, [datasetField]: dataset, ...others } = match;
    if (this.groups !== undefined && (entity !== undefined || dimensions !== undefined)) {
      const groups = this.groups.choose({
        ...(entity === undefined ? {} : { entities: textsOf(entity) }),
        ...(dataset === undefined ? {} : { datasets: textsOf(dataset) }),
        ...(dimensions === undefined ? {} : { dimensions: dimensionsText(dimensions) }),
      });
      const index = `"${this.#family}-by-group"`;
      return { parts: groups.map(({ id }) => ({ index, condition: 'series_group = ?', value: id })), match: others };
    }
    const field = this.#indexed.find((name) => match[name] !== undefined);
    if (field === undefined) return { parts: [{ index: `"${this.#family}-by-time"` }], match };
    const { [field]: value, ...rest } = match;
    const values = [...new Set([value!].flat().map((each) => JSON.stringify(each)))];
    const condition = `(document -> ${jsonPath(field)}) = ?`;
    return {
      parts: values.map((each) => ({ index: `"${this.#family}-by-${field}"`, condition, value: each })),
      match: rest,
    };
  }

  /** Returns the newest document of each group that has one at or after a time. */
  async newestOfGroups(cluster: string | undefined, fromMs: number): Promise<NewestOfGroup[]> {
    const newest = this.#database.prepare<{ time_ms: number }>(
      `SELECT time_ms FROM ${this.#table} INDEXED BY "${this.#family}-by-group" ` +
        'WHERE series_group = ? AND time_ms >= ? ORDER BY time_ms DESC LIMIT 1',
    );
    const found: NewestOfGroup[] = [];
    for (const group of this.groups?.choose({}) ?? []) {
      if (cluster !== undefined && !group.entity.startsWith(`${cluster}/`)) continue;
      const row = newest.get(group.id, fromMs);
      if (row !== undefined) found.push({ group, newestMs: row.time_ms });
      if (turns.isOver) await turns.next();
    }
    return found;
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

const entityField = 'offbeat.entity.path';
const datasetField = 'event.dataset';

const textsOf = (value: Match[string]): string[] => [value].flat().filter((each) => typeof each === 'string');

/** Returns the path of a field in JSON as a literal of SQL, which the expression of an index must be. */
const jsonPath = (field: string): string => `'$."${field}"'`;
