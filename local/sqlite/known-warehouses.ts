import type { Database, Statement } from './database.ts';

/** The addresses of OpenSearch servers that this store was used with before. */
export class KnownWarehouses {
  readonly #has: Statement<{ found: number }>;
  readonly #add: Statement;

  constructor(database: Database) {
    this.#has = database.prepare('SELECT 1 AS found FROM warehouses WHERE address = ?');
    this.#add = database.prepare('INSERT OR IGNORE INTO warehouses (address) VALUES (?)');
  }

  has(address: string): boolean {
    return this.#has.get(address) !== undefined;
  }

  add(address: string): void {
    this.#add.run(address);
  }
}
