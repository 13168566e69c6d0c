import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UsageError } from '../functions/shared/domain/errors.ts';

/** The one file of a data directory that holds anything. */
export const storeFile = 'offbeat.db';

/** Locked by whoever uses the directory; nothing is in it. */
export const lockFile = 'lock.db';

/** A directory that this process alone uses. */
export interface DataDir {
  readonly path: string;
  /** The file that holds log, ledger, objects and warehouse. */
  readonly storePath: string;
  /** Gives the directory up; a throw-away one is removed. */
  release(): void;
}

/** A handle that nobody refers to is closed by the garbage collector, and its lock is gone: these must not be. */
const locks = new Set<DatabaseSync>();

/**
 * Takes a data directory, made if need be. The lock is SQLite's exclusive lock on a file of its own: the operating
 * system takes it from a process that was killed.
 * @param path `undefined` makes a throw-away directory
 * @throws {UsageError} if another process uses it, or it cannot be made
 */
export function takeDataDir(path: string | undefined): DataDir {
  const directory = path ?? mkdtempSync(join(tmpdir(), 'offbeat-'));
  const lock = openLock(directory);
  return {
    path: directory,
    storePath: join(directory, storeFile),
    release() {
      locks.delete(lock);
      lock.close();
      if (path === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

function openLock(directory: string): DatabaseSync {
  let lock: DatabaseSync;
  try {
    mkdirSync(directory, { recursive: true });
    lock = new DatabaseSync(join(directory, lockFile), { timeout: 0 });
  } catch (error) {
    throw new UsageError(`cannot use ${directory} for data: ${reasonOf(error)}; choose another with --data`, {
      cause: error,
    });
  }
  try {
    lock.exec('BEGIN EXCLUSIVE');
    locks.add(lock);
    return lock;
  } catch (error) {
    lock.close();
    throw new UsageError(`another offbeat is using ${directory}; stop it, or choose another directory with --data`, {
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
