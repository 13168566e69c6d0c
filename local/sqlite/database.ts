import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { DamagedStoreError, UnavailableError, UsageError } from '../../functions/shared/domain/errors.ts';
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import { shownText } from '../../functions/shared/domain/shown.ts';

/** How long to wait for another process that writes, such as a backup. */
const busyTimeoutMs = 5_000;

/**
 * `on disk`: the commit, and every commit before it, is on the disk when it returns; a power cut cannot take it back.
 * `in order`: the commit waits for no disk. A power cut may take back the last of these commits, never one of the middle.
 */
export type Durability = 'on disk' | 'in order';

const synchronous = { 'on disk': 'PRAGMA synchronous = FULL', 'in order': 'PRAGMA synchronous = NORMAL' } as const;

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
const diskFull = 13;
/** Results at opening that an operator has to mend, and how. */
const remedies: ReadonlyMap<number, string> = new Map([
  [8, 'let this user write to it'],
  [10, 'see to its disk'],
  [diskFull, 'make room on its disk'],
  [14, 'let this user read and write it'],
  [26, 'if it was a store of Offbeat, put a copy that "npx offbeat backup" made in its place'],
]);
/** Results of a damaged file: malformed, no database. */
const damaging: ReadonlySet<number> = new Set([11, 26]);
/** The file ends before a page that it should have: a failure of I/O by its low byte. */
const shortRead = 522;

/** Makes of an error of SQLite one of ours. */
type Translate = (error: unknown) => unknown;

/** One connection to the file that holds everything. */
export class Database {
  /** Rejects as soon as a statement meets damage; never resolves. */
  readonly damaged: Promise<never>;
  readonly #connection: DatabaseSync;
  readonly #usual: Durability;
  readonly #translate: Translate;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;

  /**
   * @param usual durability of a commit that asks for none
   * @throws {UsageError} if the file cannot be opened or written, or is no database
   * @throws {DamagedStoreError} if it is damaged
   */
  constructor(path: string, usual: Durability = 'in order') {
    const damage = Promise.withResolvers<never>();
    // Not everybody waits for it, and a rejection that nobody waits for would end the process.
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

  /** @template Row what the statement selects; nobody checks it against the SQL */
  prepare<Row = never>(sql: string): Statement<Row> {
    return answered(() => new Statement<Row>(this.#connection.prepare(sql), this.#translate), this.#translate);
  }

  /** Runs a script of statements that give no rows. */
  exec(sql: string): void {
    answered(() => this.#connection.exec(sql), this.#translate);
  }

  /**
   * All that `body` does, or nothing. Not to be called within another.
   * @param durability `on disk` for what somebody elsewhere is told of next: a shipper, an operator, a receiver
   * @throws {UnavailableError} when a later try may succeed
   */
  transaction<T>(body: () => T, durability: Durability = this.#usual): T {
    if (durability === this.#usual) return this.#commitOf(body);
    // Legal between two transactions only, and cheap: half a microsecond. A second connection would double the caches.
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
  readonly #translate: Translate;

  constructor(statement: StatementSync, translate: Translate) {
    this.#statement = statement;
    this.#translate = translate;
  }

  /** @returns how many rows it changed */
  run(...values: readonly SQLInputValue[]): number {
    return answered(() => Number(this.#statement.run(...values).changes), this.#translate);
  }

  get(...values: readonly SQLInputValue[]): Row | undefined {
    return answered(() => this.#statement.get(...values), this.#translate) as Row | undefined;
  }

  all(...values: readonly SQLInputValue[]): Row[] {
    return answered(() => this.#statement.all(...values), this.#translate) as Row[];
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
      throw this.#translate(error);
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
    const remedy = remedies.get(resultOf(error) ?? 0);
    if (remedy === undefined) throw translated(error, path);
    const message = `cannot use ${path} as a store: ${messageOf(error)}; ${remedy}, or choose another directory with --data`;
    throw new UsageError(message, { cause: error });
  }
}

function answered<T>(call: () => T, translate: Translate): T {
  try {
    return call();
  } catch (error) {
    throw translate(error);
  }
}

function translated(error: unknown, path: string): unknown {
  const result = resultOf(error) ?? 0;
  if (damaging.has(result) || codeOf(error) === shortRead) return damagedStore(path, messageOf(error), error);
  if (passing.has(result)) {
    const remedy = result === diskFull ? `; make room on the disk of ${path}` : '';
    return new UnavailableError(`the store failed: ${messageOf(error)}${remedy}`, { cause: error });
  }
  return error;
}

/** SQLite quotes what it cannot read, which may be any bytes. */
const foundCharactersMax = 300;

/** The error for a store that cannot be trusted any more, and the remedy. */
export function damagedStore(path: string, found: string, cause?: unknown): DamagedStoreError {
  const remedy = 'put a copy that "npx offbeat backup" made in its place, or choose another directory with --data';
  const line = shownText(found.replace(/\s+/g, ' ').trim(), foundCharactersMax);
  return new DamagedStoreError(`${path} is damaged: ${line}; ${remedy}`, { cause });
}

/** @returns `undefined` for what is no error of SQLite */
function codeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined;
}

/** The low byte of a code is the result, the rest says more of it. */
function resultOf(error: unknown): number | undefined {
  const code = codeOf(error);
  return code === undefined ? undefined : code & 0xff;
}
