import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { makePrivateFile, makePrivateFolder, narrow } from './private-files.ts';

/** The one file of a data directory that holds anything. */
export const storeFile = 'offbeat.db';

/** What SQLite keeps beside a store that is open. */
export const companions = ['-journal', '-wal', '-shm'];

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
 * Takes a data directory, made if need be. Only its owner can enter what is made, and only its owner can read the files,
 * those of an existing directory too. The lock is SQLite's exclusive lock on a file of its own: the operating
 * system takes it from a process that was killed.
 * @param path `undefined` makes a throw-away directory
 * @throws {UsageError} if another process uses it, or it cannot be made or written
 */
export function takeDataDir(path: string | undefined): DataDir {
  const directory = path ?? mkdtempSync(join(tmpdir(), 'offbeat-'));
  const storePath = join(directory, storeFile);
  const lock = openLock(directory, storePath);
  return {
    path: directory,
    storePath,
    release() {
      locks.delete(lock);
      lock.close();
      if (path === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

function openLock(directory: string, storePath: string): DatabaseSync {
  const lockPath = join(directory, lockFile);
  let lock: DatabaseSync | undefined;
  try {
    makePrivateFolder(directory);
    makePrivateFile(lockPath);
    lock = new DatabaseSync(lockPath, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    // SQLite gives what it makes beside the store the store's own rights.
    makePrivateFile(storePath);
    for (const companion of companions) narrow(storePath + companion);
  } catch (error) {
    lock?.close();
    throw new UsageError(whyNot(directory, lockPath, error), { cause: error });
  }
  locks.add(lock);
  return lock;
}

/** @see https://sqlite.org/rescode.html */
function whyNot(directory: string, lockPath: string, error: unknown): string {
  const result = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  if (result === 5) return `another offbeat is using ${directory}; stop it, or choose another directory with --data`;
  if (result === 26) return `${lockPath} is damaged; nothing is in it: delete it`;
  return `cannot use ${directory} for data: ${reasonOf(error)}; choose another with --data`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
