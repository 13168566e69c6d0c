import { randomFillSync } from 'node:crypto';
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Overwrites a part of a file, to its end if nothing else is said, with random bytes. */
export function spoil(path: string, { from, bytes }: { readonly from: number; readonly bytes?: number }): void {
  const handle = openSync(path, 'r+');
  writeSync(handle, randomFillSync(Buffer.alloc(bytes ?? statSync(path).size - from)), 0, undefined, from);
  closeSync(handle);
}

/** Spoils all but the header of a store that is open elsewhere, so that whoever has it open meets that next. */
export function spoilOpen(path: string): void {
  using other = new DatabaseSync(path);
  other.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const { user_version: version } = other.prepare('PRAGMA user_version').get()!;
  spoil(path, { from: 8_192 });
  // A change by another connection ends the validity of pages that are held in memory.
  other.exec(`PRAGMA user_version = ${Number(version) + 1}; PRAGMA user_version = ${version}`);
}
