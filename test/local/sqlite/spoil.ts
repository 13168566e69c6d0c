import { randomFillSync } from 'node:crypto';
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Overwrites a part of a file with random bytes, to its end by default. */
export function spoil(path: string, { from, bytes }: { readonly from: number; readonly bytes?: number }): void {
  const handle = openSync(path, 'r+');
  writeSync(handle, randomFillSync(Buffer.alloc(bytes ?? statSync(path).size - from)), 0, undefined, from);
  closeSync(handle);
}

/** Damages all of a store but its header. A process that has the store open finds the damage at its next read. */
export function spoilOpen(path: string): void {
  using other = new DatabaseSync(path);
  other.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const { user_version: version } = other.prepare('PRAGMA user_version').get()!;
  spoil(path, { from: 8_192 });
  // After a change by another connection, SQLite reads its cached pages again.
  other.exec(`PRAGMA user_version = ${Number(version) + 1}; PRAGMA user_version = ${version}`);
}
