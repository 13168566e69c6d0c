import type { QueueDepth, QueueGauge } from '../../functions/shared/ports/attempt-queue.ts';
import type { Database } from './database.ts';

/** A gauge that counts the messages of the alert queue, and its dead letters. */
export class SqliteQueueGauge implements QueueGauge {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async depth(): Promise<QueueDepth> {
    return { waiting: this.#countOf('messages'), deadLetters: this.#countOf('dead_messages') };
  }

  #countOf(table: 'messages' | 'dead_messages'): number {
    return this.#database.prepare<{ count: number }>(`SELECT count(*) AS count FROM ${table}`).get()?.count ?? 0;
  }
}
