import { randomUUID } from 'node:crypto';
import type { Attempt } from '../../functions/shared/domain/attempt.ts';
import { dayMs } from '../../functions/shared/domain/durations.ts';
import type { AttemptQueue, QueueDepth, QueueGauge } from '../../functions/shared/ports/attempt-queue.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { QueueSource, ReceivedMessage } from '../../functions/shared/ports/message-queue.ts';
import type { Database, Statement } from './database.ts';
import { MessageTable } from './message-table.ts';

/** Milliseconds that an attempt is kept which persist cannot write, as on SQS. */
export const attemptKeptMs = 14 * dayMs;
/** The most attempts that are kept while persist cannot write them: some 5 MB. */
export const attemptsMax = 10_000;

/** The queue of attempts as a table, with a limit for age and count. */
export class SqliteAttemptQueue implements AttemptQueue, QueueSource, QueueGauge {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #countMax: number;
  readonly #table: MessageTable;
  readonly #insert: Statement;
  readonly #count: Statement<{ count: number }>;
  readonly #dropOld: Statement;
  readonly #dropFirst: Statement;

  constructor(database: Database, clock: Clock, countMax = attemptsMax) {
    this.#database = database;
    this.#clock = clock;
    this.#countMax = countMax;
    this.#table = new MessageTable(database, 'attempts');
    this.#insert = database.prepare('INSERT INTO attempts (message_id, body, sent_ms) VALUES (?, ?, ?)');
    this.#count = database.prepare('SELECT count(*) AS count FROM attempts');
    this.#dropOld = database.prepare('DELETE FROM attempts WHERE sent_ms <= ?');
    this.#dropFirst = database.prepare(
      'DELETE FROM attempts WHERE id IN (SELECT id FROM attempts ORDER BY id LIMIT ?)',
    );
  }

  /** @see MessageTable.endReceipts */
  endReceipts(): void {
    this.#table.endReceipts();
  }

  async send(attempt: Attempt): Promise<number> {
    return this.#database.transaction(() => {
      const nowMs = this.#clock.nowMs();
      this.#insert.run(randomUUID(), JSON.stringify(attempt), nowMs);
      const tooOld = this.#dropOld.run(nowMs - attemptKeptMs);
      const tooMany = (this.#count.get()?.count ?? 0) - this.#countMax;
      return tooMany > 0 ? tooOld + this.#dropFirst.run(tooMany) : tooOld;
    });
  }

  receive(limit: number, nowMs: number, visibilityMs: number): readonly ReceivedMessage[] {
    return this.#table.receive(limit, nowMs, visibilityMs);
  }

  delete(receiptHandles: readonly string[]): void {
    this.#table.delete(receiptHandles);
  }

  /** Returns the depth. Attempts that cannot be read become dead letters of the log, so that this queue has none. */
  async depth(): Promise<QueueDepth> {
    return { waiting: this.#count.get()?.count ?? 0, deadLetters: 0 };
  }
}
