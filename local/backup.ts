import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { UnavailableError, UsageError } from '../functions/shared/domain/errors.ts';
import { messageOf } from '../functions/shared/domain/message-of.ts';
import { companions, lockFile, othersDirectory } from './data-dir.ts';
import { syncToDisk } from './private-files.ts';
import { applicationId } from './sqlite/schema.ts';

export interface BackupOptions {
  /** The path of the store. Another process may write to it meanwhile. */
  readonly storePath: string;
  /** The path of the copy. No file may have this path yet. */
  readonly file: string;
  readonly signal: AbortSignal;
  /** @param share of the pages that are copied, in [0, 1] */
  readonly onProgress?: (share: number) => void;
}

/** Pages of 8 KB that are copied between two calls of `onProgress`. */
const pagesAStep = 1_000;
/** Milliseconds to wait for a lock: as long as a process that writes to the store waits. */
const busyTimeoutMs = 5_000;

/**
 * Copies a store into one file that only its owner can read. The copy is the store as it was at one moment. It takes no
 * lock that a writer would wait for. The file gets its name once it is complete and checked.
 * @returns the size of the copy in bytes
 * @throws {UsageError} if the file exists or cannot be made, or `storePath` is no store
 * @throws {UnavailableError} if the copy failed or was stopped; then no part of it is left
 */
export async function backUpStore({ storePath, file, signal, onProgress }: BackupOptions): Promise<number> {
  refuseUsedPath(storePath, file);
  const partial = `${file}.${randomUUID().slice(0, 8)}.partial`;
  using source = openToRead(storePath);
  try {
    makePrivate(partial, file);
    await copy(source, partial, (share) => {
      signal.throwIfAborted();
      onProgress?.(share);
    });
    finish(partial);
    refuseUsedPath(storePath, file);
    renameSync(partial, file);
    syncToDisk(dirname(file), 'r');
    return statSync(file).size;
  } catch (error) {
    if (error instanceof UsageError || error instanceof UnavailableError) throw error;
    const reason = signal.aborted ? 'it was stopped' : messageOf(error);
    throw new UnavailableError(`no backup was made: ${reason}`, { cause: error });
  } finally {
    for (const suffix of ['', ...companions]) rmSync(partial + suffix, { force: true });
  }
}

/** Throws if the path is in use, or is a path that SQLite would read as a part of the store. */
function refuseUsedPath(storePath: string, file: string): void {
  const directory = dirname(file);
  if (!existsSync(directory)) throw new UsageError(`there is no directory ${directory}: make it, or name another file`);
  const target = join(realpathSync(directory), basename(file));
  const store = realpathSync(storePath);
  const own = [store, ...companions.map((suffix) => store + suffix), join(dirname(store), lockFile)];
  if (own.includes(target)) throw new UsageError(`${file} belongs to the store itself: name another file`);
  if (existsSync(file)) throw new UsageError(`${file} exists already: name another file, or move it away`);
}

function openToRead(storePath: string): DatabaseSync {
  let source: DatabaseSync | undefined;
  try {
    source = new DatabaseSync(storePath, { readOnly: true, timeout: busyTimeoutMs });
    if (answerOf(source, 'PRAGMA application_id') === applicationId) return source;
  } catch (error) {
    source?.close();
    const others = othersDirectory(dirname(storePath));
    if (others !== undefined) throw new UsageError(others, { cause: error });
    throw new UsageError(`cannot read ${storePath} as a store: ${messageOf(error)}`, { cause: error });
  }
  source.close();
  throw new UsageError(`${storePath} is no store of Offbeat: name its directory with --data`);
}

function makePrivate(partial: string, file: string): void {
  try {
    closeSync(openSync(partial, 'wx', 0o600));
  } catch (error) {
    const rights = error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
    const why = rights
      ? `this user may not write in ${dirname(file)}: name another file, or run this as a user who may`
      : messageOf(error);
    throw new UsageError(`cannot write ${file}: ${why}`, { cause: error });
  }
}

async function copy(source: DatabaseSync, partial: string, onProgress: (share: number) => void): Promise<void> {
  // Outside a transaction the copy would begin again whenever the writer committed between two steps.
  source.exec('BEGIN');
  answerOf(source, 'SELECT count(*) FROM sqlite_schema');
  await backup(source, partial, {
    rate: pagesAStep,
    progress: ({ totalPages, remainingPages }) => onProgress(1 - remainingPages / totalPages),
  });
  source.exec('COMMIT');
}

/** Makes the copy a single file, checks it, and waits until it is on the disk. */
function finish(partial: string): void {
  using copied = new DatabaseSync(partial);
  answerOf(copied, 'PRAGMA journal_mode = DELETE');
  const found = answerOf(copied, 'PRAGMA integrity_check(1)');
  if (found !== 'ok')
    throw new UnavailableError(`no backup was made: the store is damaged: ${String(found).replaceAll('\n', ' ')}`);
  copied.close();
  syncToDisk(partial, 'r+');
}

/** Returns the first column of the first row. */
function answerOf(database: DatabaseSync, sql: string): unknown {
  return Object.values(database.prepare(sql).get() ?? {})[0];
}
