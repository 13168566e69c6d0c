import { accessSync, constants } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { DamagedStoreError, UnavailableError, UsageError } from '../../functions/shared/domain/errors.ts';
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import { shownText } from '../../functions/shared/domain/shown.ts';

/** Milliseconds to wait for a lock of another process, such as a backup. */
const busyTimeoutMs = 5_000;

/**
 * The durability of a commit.
 *
 * - `on disk`: the commit, and every commit before it, is on the disk when it returns. A power cut cannot undo it.
 * - `in order`: the commit does not wait for the disk. A power cut may undo the last of these commits, never an earlier one
 *   without all later ones.
 */
export type Durability = 'on disk' | 'in order';

const synchronous = { 'on disk': 'PRAGMA synchronous = FULL', 'in order': 'PRAGMA synchronous = NORMAL' } as const;

/** Settings that halve the cost of a document: larger pages, a cache for the indexes, a checkpoint each 32 MB and not 4 MB. */
const pragmas = `
  PRAGMA page_size = 8192;
  PRAGMA journal_mode = WAL;
  PRAGMA cache_size = -65536;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA journal_size_limit = 67108864;
`;

/**
 * Results of SQLite after which a later try may succeed: busy, locked, no memory, read-only, I/O, full, cannot open, locking.
 * @see https://sqlite.org/rescode.html
 */
const temporary: ReadonlySet<number> = new Set([5, 6, 7, 8, 10, 13, 14, 15]);
/** The result for a statement that SQLite cannot run, such as on a file of an unknown format. */
const refusedStatement = 1;
const readOnly = 8;
const diskFull = 13;
/** Results at opening that an operator has to resolve, each with the remedy. */
const remedies: ReadonlyMap<number, string> = new Map([
  [readOnly, 'let this user write to it'],
  [10, 'check its disk'],
  [diskFull, 'free space on its disk'],
  [14, 'let this user read and write it'],
  [26, 'if it was a store of Offbeat, put a copy that "npx offbeat backup" made in its place'],
]);
/** Results for a damaged file: malformed, no database. */
const damaging: ReadonlySet<number> = new Set([11, 26]);
/** A code for a file that ends before a page which it should have. Its low byte is the result for I/O. */
const shortRead = 522;

/** Returns the error of ours for an error of SQLite. */
type Translate = (error: unknown) => unknown;

/** One connection to the file that contains all state. */
export class Database {
  /** Rejects as soon as a statement finds damage. Never resolves. */
  readonly damaged: Promise<never>;
  readonly #connection: DatabaseSync;
  readonly #usual: Durability;
  readonly #translate: Translate;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;

  /**
   * @param usual the durability of a commit that names none
   * @throws {UsageError} if the file cannot be opened or written, or is no database
   * @throws {DamagedStoreError} if it is damaged
   */
  constructor(path: string, usual: Durability = 'in order') {
    const damage = Promise.withResolvers<never>();
    // Without this handler, the rejection would end a process that does not wait for `damaged`.
    damage.promise.catch(() => {});
    this.damaged = damage.promise;
    this.#translate = (error) => {
      const ours = translated(error, path);
      if (ours instanceof DamagedStoreError) damage.reject(ours);
      return ours;
    };
    this.#usual = usual;
    this.#connection = open(path);
    this.#connection.exec(synchronous[usual]);
    this.#begin = this.prepare('BEGIN IMMEDIATE');
    this.#commit = this.prepare('COMMIT');
    this.#rollback = this.prepare('ROLLBACK');
  }

  /** Prepares a statement. @template Row the type of a selected row; it is not checked against the SQL */
  prepare<Row = never>(sql: string): Statement<Row> {
    return translating(() => new Statement<Row>(this.#connection.prepare(sql), this.#translate), this.#translate);
  }

  /** Runs a script of statements that return no rows. */
  exec(sql: string): void {
    translating(() => this.#connection.exec(sql), this.#translate);
  }

  /**
   * Runs `body` in one transaction: all of its changes are made, or none. Must not be called within another transaction.
   * @param durability `on disk` for changes that are then reported to others: a shipper, an operator, a receiver
   * @throws {UnavailableError} if a later try may succeed
   */
  transaction<T>(body: () => T, durability: Durability = this.#usual): T {
    if (durability === this.#usual) return this.#commitOf(body);
    // This is allowed between two transactions only, and takes half a microsecond. A second connection would need its own cache.
    this.exec(synchronous[durability]);
    try {
      return this.#commitOf(body);
    } finally {
      this.exec(synchronous[this.#usual]);
    }
  }

  #commitOf<T>(body: () => T): T {
    this.#begin.run();
    try {
      const result = body();
      this.#commit.run();
      return result;
    } catch (error) {
      this.#rollBack(error);
      throw error;
    }
  }

  /** Rolls the transaction back, unless SQLite has done so itself, as it does after some errors. */
  #rollBack(cause: unknown): void {
    if (!this.#connection.isTransaction) return;
    try {
      this.#rollback.run();
    } catch (error) {
      throw new AggregateError([cause, error], 'the store failed, and could not be rolled back');
    }
  }

  close(): void {
    if (this.#connection.isOpen) this.#connection.close();
  }
}

/** A prepared statement whose errors are translated to ours. */
export class Statement<Row = never> {
  readonly #statement: StatementSync;
  readonly #translate: Translate;

  constructor(statement: StatementSync, translate: Translate) {
    this.#statement = statement;
    this.#translate = translate;
  }

  /** Runs the statement. @returns the number of rows that it changed */
  run(...values: readonly SQLInputValue[]): number {
    return translating(() => Number(this.#statement.run(...values).changes), this.#translate);
  }

  /** Returns the first row. */
  get(...values: readonly SQLInputValue[]): Row | undefined {
    return translating(() => this.#statement.get(...values), this.#translate) as Row | undefined;
  }

  /** Returns all rows. */
  all(...values: readonly SQLInputValue[]): Row[] {
    return translating(() => this.#statement.all(...values), this.#translate) as Row[];
  }

  /** Makes the statement return each row as an array of its columns, which is faster. */
  returningArrays(): this {
    this.#statement.setReturnArrays(true);
    return this;
  }

  /** Yields one row at a time, so that the caller can stop before the last. */
  *iterate(...values: readonly SQLInputValue[]): Generator<Row, void> {
    try {
      for (const row of this.#statement.iterate(...values)) yield row as Row;
    } catch (error) {
      throw this.#translate(error);
    }
  }
}

function open(path: string): DatabaseSync {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(path, { timeout: busyTimeoutMs });
    connection.exec(pragmas);
    // A damaged header may say that the file cannot be written, which SQLite reports at the first write alone.
    connection.exec('BEGIN IMMEDIATE; PRAGMA user_version = 0; ROLLBACK');
    return connection;
  } catch (error) {
    connection?.close();
    const result = resultOf(error) ?? 0;
    if (result === readOnly && mayWrite(path)) throw damagedStore(path, 'its header makes it read-only', error);
    // The statements above are right, so that what SQLite cannot make sense of is the file.
    if (result === refusedStatement) throw damagedStore(path, messageOf(error), error);
    const remedy = remedies.get(result);
    if (remedy === undefined) throw translated(error, path);
    const message = `cannot use ${path} as a store: ${messageOf(error)}; ${remedy}, or choose another directory with --data`;
    throw new UsageError(message, { cause: error });
  }
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function translating<T>(call: () => T, translate: Translate): T {
  try {
    return call();
  } catch (error) {
    throw translate(error);
  }
}

function translated(error: unknown, path: string): unknown {
  const result = resultOf(error) ?? 0;
  if (damaging.has(result) || codeOf(error) === shortRead) return damagedStore(path, messageOf(error), error);
  if (temporary.has(result)) {
    const remedy = result === diskFull ? `; free space on the disk of ${path}` : '';
    return new UnavailableError(`the store failed: ${messageOf(error)}${remedy}`, { cause: error });
  }
  return error;
}

/** The most characters of SQLite's text, which may quote any bytes of a damaged file. */
const foundCharactersMax = 300;

/** Returns the error for a damaged store, with the remedy. */
export function damagedStore(path: string, found: string, cause?: unknown): DamagedStoreError {
  const remedy = 'put a copy that "npx offbeat backup" made in its place, or choose another directory with --data';
  const line = shownText(found.replace(/\s+/g, ' ').trim(), foundCharactersMax);
  return new DamagedStoreError(`${path} is damaged: ${line}; ${remedy}`, { cause });
}

/** Returns the code of an error of SQLite; `undefined` for any other error. */
function codeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined;
}

/** Returns the result of an error of SQLite: the low byte of its code. The other bytes are details. */
function resultOf(error: unknown): number | undefined {
  const code = codeOf(error);
  return code === undefined ? undefined : code & 0xff;
}
