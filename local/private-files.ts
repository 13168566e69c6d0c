import { chmodSync, closeSync, existsSync, fsyncSync, lstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The permissions to read, write and enter, for the owner only. */
const folderMode = 0o700;
/** The permissions to read and write, for the owner only. */
const fileMode = 0o600;

/**
 * Makes a folder that only its owner can enter, whatever the umask, and the folders above it. Leaves a folder that exists
 * as it is.
 */
export function makePrivateFolder(path: string): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw new Error(`${path} is a file`);
    return;
  }
  const parent = dirname(path);
  // `recursive: true` never returns if a folder cannot be made although its parent exists, as in /proc.
  if (parent !== path) makePrivateFolder(parent);
  mkdirSync(path, { mode: folderMode });
  chmodSync(path, folderMode);
  // A file that is on the disk is lost if its folder is not.
  syncToDisk(parent, 'r');
}

/** Makes an empty file that only its owner can read, whatever the umask. A file that exists keeps its content. */
export function makePrivateFile(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'wx', fileMode));
  narrow(path);
}

/**
 * Removes the permissions of everybody but the owner from a file, if it exists.
 * @throws {Error} for a symbolic link, because its target is not a file of the store
 */
export function narrow(path: string): void {
  // The file is not opened: to close a file that SQLite has locked would end the lock.
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (found.isSymbolicLink()) throw new Error(`${path} is a symbolic link: replace it by the file itself`);
  if ((found.mode & 0o777) !== fileMode) chmodSync(path, fileMode);
}

/** Returns when a file or folder is on the disk. @param flags `r` for a folder, `r+` for a file */
export function syncToDisk(path: string, flags: 'r' | 'r+'): void {
  const handle = openSync(path, flags);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
