import { chmodSync, closeSync, existsSync, fsyncSync, lstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Read, write and enter, for the owner alone. */
const folderMode = 0o700;
/** Read and write, for the owner alone. */
const fileMode = 0o600;

/**
 * Makes a folder that only its owner can enter, whatever the umask, and the folders above it. One that exists is left
 * as it is.
 */
export function makePrivateFolder(path: string): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw new Error(`${path} is a file`);
    return;
  }
  const parent = dirname(path);
  // `recursive: true` never returns where a folder cannot be made although the one above it exists, as in /proc.
  if (parent !== path) makePrivateFolder(parent);
  mkdirSync(path, { mode: folderMode });
  chmodSync(path, folderMode);
  // What is written on the disk in a folder is lost if the folder itself is not there.
  syncToDisk(parent, 'r');
}

/** Makes an empty file that only its owner can read, whatever the umask; one that exists keeps its content. */
export function makePrivateFile(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'wx', fileMode));
  narrow(path);
}

/** Takes a file from all but its owner, if it exists. @throws for a link, whose target is none of ours */
export function narrow(path: string): void {
  // By its name: to close a file that SQLite has locked would end the lock.
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (found.isSymbolicLink()) throw new Error(`${path} is a link: put the file itself there`);
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
