import { dimensionsText } from '../../functions/shared/domain/series-text.ts';
import type { WarehouseDocument } from '../../functions/shared/ports/warehouse.ts';
import type { Database, Statement } from './database.ts';

/** The entity, dataset, dimensions and shipper that documents of a measured family have in common. */
export interface DocumentGroup {
  readonly id: number;
  /** The path of the entity. */
  readonly entity: string;
  readonly dataset: string;
  /** The dimensions as text. */
  readonly dimensions: string;
  /** The shipper; empty in summaries. */
  readonly source: string;
}

/** A choice of groups: those that have one of these values in each field that is given. */
export interface GroupChoice {
  readonly entities?: readonly string[];
  readonly datasets?: readonly string[];
  readonly dimensions?: string;
}

/** The group of documents that no series is read from: those without an entity. */
export const noGroup = 0;

/** The most groups whose ids are cached; beyond this number, the cache is emptied. */
const cachedMax = 50_000;
const droppedAtOnce = 1_000;

const labelPrefix = 'labels.';

/** Returns the dimensions of a document. */
export function dimensionsOf(document: WarehouseDocument): Record<string, string> {
  const dimensions: Record<string, string> = {};
  for (const field in document) {
    if (field.startsWith(labelPrefix)) dimensions[field.slice(labelPrefix.length)] = String(document[field]);
  }
  return dimensions;
}

/**
 * The groups of one family, each with a number that its documents have. An index by number and time finds the documents of a
 * series among those of all others, and takes a tenth of the bytes of one by names.
 */
export class DocumentGroups {
  readonly #documents: string;
  readonly #table: string;
  readonly #database: Database;
  readonly #find: Statement<{ id: number }>;
  readonly #add: Statement;
  readonly #ids = new Map<string, number>();

  /** @param family whose documents they are; its table has the column `series_group` */
  constructor(database: Database, family: string) {
    this.#documents = `"${family}"`;
    this.#table = `"${family}-groups"`;
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS ${this.#table} (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        entity TEXT NOT NULL,
        dimensions TEXT NOT NULL,
        dataset TEXT NOT NULL,
        source TEXT NOT NULL,
        UNIQUE (entity, dimensions, dataset, source)
      ) STRICT;
    `);
    const key = 'entity = ? AND dimensions = ? AND dataset = ? AND source = ?';
    this.#find = database.prepare(`SELECT id FROM ${this.#table} WHERE ${key}`);
    this.#add = database.prepare(
      `INSERT INTO ${this.#table} (entity, dimensions, dataset, source) VALUES (?, ?, ?, ?)`,
    );
  }

  /** Returns the number of a document's group, which it adds if it is new. The caller calls it in the transaction that writes the document. */
  idOf(document: WarehouseDocument): number {
    const { 'offbeat.entity.path': entity, 'event.dataset': dataset = '', 'agent.type': source = '' } = document;
    if (typeof entity !== 'string') return noGroup;
    const key = [entity, dimensionsText(dimensionsOf(document)), String(dataset), String(source)] as const;
    const name = JSON.stringify(key);
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    if (this.#find.get(...key) === undefined) this.#add.run(...key);
    const { id } = this.#find.get(...key)!;
    if (this.#ids.size >= cachedMax) this.#ids.clear();
    this.#ids.set(name, id);
    return id;
  }

  /** Empties the cache. The caller calls it after the transaction was rolled back. */
  forget(): void {
    this.#ids.clear();
  }

  /** Returns the chosen groups, by number. */
  choose({ entities, datasets, dimensions }: GroupChoice): DocumentGroup[] {
    const conditions = [
      ...(entities === undefined ? [] : [`entity IN (${marks(entities)})`]),
      ...(dimensions === undefined ? [] : ['dimensions = ?']),
      ...(datasets === undefined ? [] : [`dataset IN (${marks(datasets)})`]),
    ];
    const values = [...(entities ?? []), ...(dimensions === undefined ? [] : [dimensions]), ...(datasets ?? [])];
    return this.#database
      .prepare<DocumentGroup>(`SELECT * FROM ${this.#table} WHERE ${conditions.join(' AND ') || 'true'} ORDER BY id`)
      .all(...values);
  }

  /**
   * Deletes groups without documents, of the thousand groups after `afterId`.
   * @returns the last of these groups; `undefined` if there is none
   */
  dropEmpty(afterId: number): number | undefined {
    const ids = this.#database
      .prepare<{ id: number }>(`SELECT id FROM ${this.#table} WHERE id > ? ORDER BY id LIMIT ${droppedAtOnce}`)
      .all(afterId);
    const last = ids.at(-1)?.id;
    if (last === undefined) return undefined;
    const dropped = this.#database
      .prepare(
        `DELETE FROM ${this.#table} WHERE id > ? AND id <= ? AND NOT EXISTS ` +
          `(SELECT 1 FROM ${this.#documents} AS kept WHERE kept.series_group = ${this.#table}.id)`,
      )
      .run(afterId, last);
    if (dropped > 0) this.#ids.clear();
    return last;
  }
}

const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');
