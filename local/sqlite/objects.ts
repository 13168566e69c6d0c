import type { ObjectStore } from '../../functions/shared/ports/objects.ts';
import type { Database, Statement } from './database.ts';

/** The immutable objects, as rows. */
export class SqliteObjects implements ObjectStore {
  readonly #database: Database;
  readonly #put: Statement;
  readonly #get: Statement<{ bytes: Uint8Array }>;
  readonly #list: Statement<{ name: string }>;
  readonly #delete: Statement;

  constructor(database: Database) {
    this.#database = database;
    this.#put = database.prepare('INSERT OR IGNORE INTO objects (name, bytes) VALUES (?, ?)');
    this.#get = database.prepare('SELECT bytes FROM objects WHERE name = ?');
    this.#list = database.prepare(
      'SELECT name FROM objects WHERE name >= ?1 AND substr(name, 1, length(?1)) = ?1 AND name > ?2 ORDER BY name',
    );
    this.#delete = database.prepare('DELETE FROM objects WHERE name = ?');
  }

  async put(name: string, bytes: Buffer): Promise<void> {
    if (this.#put.run(name, bytes) === 1) return;
    if (!this.#read(name)?.equals(bytes)) throw new Error(`the object ${name} exists, with other bytes`);
  }

  async get(name: string): Promise<Buffer | undefined> {
    return this.#read(name);
  }

  async list(prefix: string, after = ''): Promise<readonly string[]> {
    return this.#list.all(prefix, after).map(({ name }) => name);
  }

  async delete(names: readonly string[]): Promise<void> {
    this.#database.transaction(() => {
      for (const name of names) this.#delete.run(name);
    });
  }

  #read(name: string): Buffer | undefined {
    const bytes = this.#get.get(name)?.bytes;
    return bytes === undefined ? undefined : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}
