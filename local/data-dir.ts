import { accessSync, constants, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { messageOf } from '../functions/shared/domain/message-of.ts';
import { makePrivateFile, makePrivateFolder, narrow } from './private-files.ts';

/** The name of the file in a data directory that contains all state. */
export const storeFile = 'offbeat.db';

/** Suffixes of the files that SQLite keeps next to an open store. */
export const companions = ['-journal', '-wal', '-shm'];

/** The name of the empty file that the process which uses the directory has locked. */
export const lockFile = 'lock.db';

/** A directory that only this process uses. */
export interface DataDir {
  readonly path: string;
  /** The path of the file that contains log, ledger, objects and warehouse. */
  readonly storePath: string;
  /** Unlocks the directory, and removes it if it is temporary. */
  release(): void;
}

/** The locks that this process holds. Without a reference, the garbage collector would close a handle and end its lock. */
const locks = new Set<DatabaseSync>();

/**
 * Locks a data directory for this process, and makes it if it does not exist. Only its owner can enter a directory that
 * this makes, and only its owner can read the files, also in a directory that existed. The lock is SQLite's exclusive lock
 * on a separate file, which the operating system ends when a process is killed.
 * @param path `undefined` makes a temporary directory
 * @throws {UsageError} if another process uses the directory, or it cannot be made or written
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
    // SQLite gives the files that it makes next to the store the same permissions as the store.
    makePrivateFile(storePath);
    for (const companion of companions) narrow(storePath + companion);
  } catch (error) {
    lock?.close();
    throw new UsageError(lockErrorText(directory, lockPath, error), { cause: error });
  }
  locks.add(lock);
  return lock;
}

/**
 * Returns the error text for a directory in which this process may not read or write because the directory, or a file of
 * the store in it, belongs to another user.
 * @returns `undefined` if every file that can be seen belongs to this user, or this user is root
 */
export function othersDirectory(directory: string): string | undefined {
  const uid = process.geteuid?.() ?? 0;
  if (uid === 0) return undefined;
  for (const path of [directory, join(directory, storeFile), join(directory, lockFile)]) {
    const owner = ownerOf(path);
    if (owner === undefined || owner === uid || mayWrite(path)) continue;
    return `${directory} belongs to another user (uid ${owner}): run this as that user`;
  }
  return undefined;
}

function ownerOf(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined; // The path does not exist, or its directory, which is checked before, cannot be entered.
  }
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns the error text for a directory that could not be locked.
 * @see https://sqlite.org/rescode.html
 */
function lockErrorText(directory: string, lockPath: string, error: unknown): string {
  const others = othersDirectory(directory);
  if (others !== undefined) return others;
  const result = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  if (result === 5) return `another offbeat is using ${directory}; stop it, or choose another directory with --data`;
  if (result === 26) return `${lockPath} is damaged; it contains no data: delete it`;
  return `cannot use ${directory} for data: ${messageOf(error)}; choose another with --data`;
}
