import { dayMs } from '../../functions/shared/domain/durations.ts';
import type { BulkChanges, BulkEntry, BulkIdentities } from '../../functions/shared/ports/bulk-log.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { Database, Statement } from './database.ts';

/** Milliseconds that an identity is kept after its document was appended. */
export const identityKeptMs = dayMs;

/** The identities of documents of bulk requests, as a table. */
export class SqliteBulkIdentities implements BulkIdentities {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #version: Statement<{ version: number }>;
  readonly #add: Statement;
  readonly #raise: Statement;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#version = database.prepare('SELECT version FROM bulk_identities WHERE hash = ? AND appended_ms > ?');
    this.#add = database.prepare(
      'INSERT OR REPLACE INTO bulk_identities (hash, appended_ms, version) VALUES (?, ?, ?)',
    );
    this.#raise = database.prepare('UPDATE bulk_identities SET version = ? WHERE hash = ?');
  }

  versionsOf(entries: readonly BulkEntry[]): ReadonlyMap<string, number> {
    const afterMs = this.#clock.nowMs() - identityKeptMs;
    const versions = new Map<string, number>();
    for (const { identity } of entries) {
      const version = identity && this.#version.get(bytesOf(identity.hash), afterMs)?.version;
      if (version !== undefined) versions.set(identity!.hash, version);
    }
    return versions;
  }

  note(changes: BulkChanges): void {
    this.#database.transaction(() => this.noteWithin(changes));
  }

  /** Notes all changes within the caller's transaction. */
  noteWithin({ appended, raised }: BulkChanges): void {
    const nowMs = this.#clock.nowMs();
    for (const [hash, version] of appended) this.#add.run(bytesOf(hash), nowMs, version);
    for (const [hash, version] of raised) this.#raise.run(version, bytesOf(hash));
  }
}

const bytesOf = (hash: string): Buffer => Buffer.from(hash, 'hex');
