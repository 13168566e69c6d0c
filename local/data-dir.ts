import { accessSync, constants, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { messageOf } from '../functions/shared/domain/message-of.ts';
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

/**
 * Returns what to say of a directory in which this process may not read or write because it, or a file of the store in it,
 * belongs to another user.
 * @returns `undefined` where all that can be seen of it is the user's own, or the user may do anything
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
    return undefined; // It is not there, or in a directory that this user cannot enter: that one is named.
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

/** @see https://sqlite.org/rescode.html */
function whyNot(directory: string, lockPath: string, error: unknown): string {
  const others = othersDirectory(directory);
  if (others !== undefined) return others;
  const result = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  if (result === 5) return `another offbeat is using ${directory}; stop it, or choose another directory with --data`;
  if (result === 26) return `${lockPath} is damaged; nothing is in it: delete it`;
  return `cannot use ${directory} for data: ${messageOf(error)}; choose another with --data`;
}
