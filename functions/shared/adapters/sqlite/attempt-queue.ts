import { randomUUID } from 'node:crypto';
import type { Attempt } from '../../domain/attempt.ts';
import { dayMs } from '../../domain/durations.ts';
import type { AttemptQueue, QueueDepth, QueueGauge } from '../../ports/attempt-queue.ts';
import type { Clock } from '../../ports/clock.ts';
import type { QueueSource, ReceivedMessage } from '../../ports/message-queue.ts';
import type { Database, Statement } from './database.ts';

/** How long an attempt is kept that persist cannot write, as on SQS. */
export const attemptKeptMs = 14 * dayMs;
/** How many attempts are kept that persist cannot write: some 5 MB. */
export const attemptsMax = 10_000;

interface Row {
  readonly id: number;
  readonly message_id: string;
  readonly body: string;
  readonly receipts: number;
  readonly first_received_ms: number | null;
}

/** The queue of attempts as a table, bounded by age and count. A receipt handle names a message and its receipt. */
export class SqliteAttemptQueue implements AttemptQueue, QueueSource, QueueGauge {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #countMax: number;
  readonly #insert: Statement;
  readonly #count: Statement<{ count: number }>;
  readonly #dropOld: Statement;
  readonly #dropFirst: Statement;
  readonly #visible: Statement<Row>;
  readonly #hide: Statement;
  readonly #delete: Statement;

  constructor(database: Database, clock: Clock, countMax = attemptsMax) {
    this.#database = database;
    this.#clock = clock;
    this.#countMax = countMax;
    this.#insert = database.prepare('INSERT INTO attempts (message_id, body, sent_ms) VALUES (?, ?, ?)');
    this.#count = database.prepare('SELECT count(*) AS count FROM attempts');
    this.#dropOld = database.prepare('DELETE FROM attempts WHERE sent_ms <= ?');
    this.#dropFirst = database.prepare(
      'DELETE FROM attempts WHERE id IN (SELECT id FROM attempts ORDER BY id LIMIT ?)',
    );
    this.#visible = database.prepare(
      'SELECT id, message_id, body, receipts, first_received_ms FROM attempts WHERE visible_ms <= ? ORDER BY id LIMIT ?',
    );
    this.#hide = database.prepare(
      'UPDATE attempts SET visible_ms = ?, receipts = receipts + 1, ' +
        'first_received_ms = coalesce(first_received_ms, ?) WHERE id = ?',
    );
    this.#delete = database.prepare('DELETE FROM attempts WHERE id = ? AND receipts = ?');
  }

  /** Shows what was in flight again at once: its reader is gone. */
  endReceipts(): void {
    this.#database.prepare('UPDATE attempts SET visible_ms = 0 WHERE visible_ms > 0').run();
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
    // Asked many times a second, mostly in vain: a look takes no lock.
    if (this.#visible.get(nowMs, 1) === undefined) return [];
    return this.#database.transaction(() =>
      this.#visible.all(nowMs, limit).map(({ id, message_id, body, receipts, first_received_ms }) => {
        this.#hide.run(nowMs + visibilityMs, nowMs, id);
        const receiveCount = receipts + 1;
        const firstReceivedMs = first_received_ms ?? nowMs;
        const receiptHandle = `${id}/${receiveCount}`;
        return { messageId: message_id, receiptHandle, body, receiveCount, firstReceivedMs };
      }),
    );
  }

  delete(receiptHandles: readonly string[]): void {
    this.#database.transaction(() => {
      for (const handle of receiptHandles) {
        const [id, receipt] = handle.split('/').map(Number);
        this.#delete.run(id ?? 0, receipt ?? 0);
      }
    });
  }

  /** What cannot be read becomes a dead letter of the log, so this queue has none of its own. */
  async depth(): Promise<QueueDepth> {
    return { waiting: this.#count.get()?.count ?? 0, deadLetters: 0 };
  }
}
