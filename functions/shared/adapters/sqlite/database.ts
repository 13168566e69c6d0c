import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { UnavailableError, UsageError } from '../../domain/errors.ts';

/** How long to wait for another process that writes, such as a backup. */
const busyTimeoutMs = 5_000;

/**
 * `when all is here`: a commit waits for no disk, and a power cut leaves what was committed up to some moment, all of it
 * of the same one. `each commit`: a commit is on the disk when it returns, so that what lies elsewhere and was told of
 * it is never ahead.
 */
export type Durability = 'when all is here' | 'each commit';

/**
 * Larger pages, a cache for the indexes and a checkpoint each 32 MB in place of 4 MB halve what a document costs.
 */
const pragmas = `
  PRAGMA page_size = 8192;
  PRAGMA journal_mode = WAL;
  PRAGMA cache_size = -65536;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA journal_size_limit = 67108864;
`;

/**
 * Results of SQLite that a later try may not meet: busy, locked, no memory, read-only, I/O, full, cannot open, locking.
 * @see https://sqlite.org/rescode.html
 */
const passing: ReadonlySet<number> = new Set([5, 6, 7, 8, 10, 13, 14, 15]);
/** The file cannot be opened; the file is no database. */
const unusable: ReadonlySet<number> = new Set([14, 26]);

/** One connection to the file that holds everything. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;

  /** @throws {UsageError} if the file cannot be opened or is no database */
  constructor(path: string, durability: Durability = 'when all is here') {
    this.#connection = open(path);
    this.#connection.exec(`PRAGMA synchronous = ${durability === 'each commit' ? 'FULL' : 'NORMAL'}`);
    this.#begin = this.prepare('BEGIN IMMEDIATE');
    this.#commit = this.prepare('COMMIT');
    this.#rollback = this.prepare('ROLLBACK');
  }

  /** @template Row what the statement selects; nobody checks it against the SQL */
  prepare<Row = never>(sql: string): Statement<Row> {
    return answered(() => new Statement<Row>(this.#connection.prepare(sql)));
  }

  /** Runs a script of statements that give no rows. */
  exec(sql: string): void {
    answered(() => this.#connection.exec(sql));
  }

  /**
   * All that `body` does, or nothing. Not to be called within another.
   * @throws {UnavailableError} when a later try may succeed
   */
  transaction<T>(body: () => T): T {
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

  /** SQLite itself has rolled back after some errors, and after others it has not. */
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

/** A prepared statement; the errors of its calls are ours. */
export class Statement<Row = never> {
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
  }

  /** @returns how many rows it changed */
  run(...values: readonly SQLInputValue[]): number {
    return answered(() => Number(this.#statement.run(...values).changes));
  }

  get(...values: readonly SQLInputValue[]): Row | undefined {
    return answered(() => this.#statement.get(...values)) as Row | undefined;
  }

  all(...values: readonly SQLInputValue[]): Row[] {
    return answered(() => this.#statement.all(...values)) as Row[];
  }

  /** From now on a row is an array of its columns, which is quicker to make. */
  returningArrays(): this {
    this.#statement.setReturnArrays(true);
    return this;
  }

  /** One row at a time, for who may want to stop before the last. */
  *iterate(...values: readonly SQLInputValue[]): Generator<Row, void> {
    try {
      for (const row of this.#statement.iterate(...values)) yield row as Row;
    } catch (error) {
      throw ours(error);
    }
  }
}

function open(path: string): DatabaseSync {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(path, { timeout: busyTimeoutMs });
    connection.exec(pragmas);
    return connection;
  } catch (error) {
    connection?.close();
    if (!unusable.has(resultOf(error) ?? 0)) throw ours(error);
    throw new UsageError(`cannot use ${path} as a store: ${messageOf(error)}; choose another directory with --data`, {
      cause: error,
    });
  }
}

function answered<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw ours(error);
  }
}

function ours(error: unknown): unknown {
  const passes = passing.has(resultOf(error) ?? 0);
  return passes ? new UnavailableError(`the store failed: ${messageOf(error)}`, { cause: error }) : error;
}

/** The low byte is the result, the rest says more of it. @returns `undefined` for what is no error of SQLite */
function resultOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
