import { minuteMs } from '../../functions/shared/domain/durations.ts';
import type { ReceivedMessage } from '../../functions/shared/ports/message-queue.ts';
import type { Database, Durability, Statement } from './database.ts';

interface Row {
  readonly id: number;
  readonly message_id: string;
  readonly body: string;
  readonly receipts: number;
  readonly first_received_ms: number | null;
}

/** What lies further ahead than any wait is of a clock that was set back since. */
const isVisible = '(visible_ms <= ? OR visible_ms > ?)';
const aheadMsMax = 16 * minuteMs;

/** The reader's side of a queue that is a table. A receipt handle names a message and the number of its receipt. */
export class MessageTable {
  readonly #database: Database;
  readonly #isAnyVisible: Statement<{ id: number }>;
  readonly #visible: Statement<Row>;
  readonly #hide: Statement;
  readonly #delete: Statement;
  readonly #endReceipts: Statement;

  constructor(database: Database, table: 'messages' | 'attempts') {
    this.#database = database;
    this.#isAnyVisible = database.prepare(`SELECT id FROM ${table} WHERE ${isVisible} LIMIT 1`);
    this.#visible = database.prepare(
      `SELECT id, message_id, body, receipts, first_received_ms FROM ${table} ` +
        `WHERE ${isVisible} ORDER BY receipts > 0, id LIMIT ?`,
    );
    this.#hide = database.prepare(
      `UPDATE ${table} SET visible_ms = ?, receipts = receipts + 1, in_flight = 1, ` +
        'first_received_ms = coalesce(first_received_ms, ?) WHERE id = ?',
    );
    this.#delete = database.prepare(`DELETE FROM ${table} WHERE id = ? AND receipts = ?`);
    this.#endReceipts = database.prepare(`UPDATE ${table} SET visible_ms = 0, in_flight = 0 WHERE in_flight = 1`);
  }

  /** Shows what was in flight again at once: its reader is gone. What waits for a later try goes on waiting. */
  endReceipts(): void {
    this.#endReceipts.run();
  }

  /**
   * Messages that are visible at `nowMs`, those never received before those that come again, the oldest first. They stay
   * hidden for `visibilityMs`.
   */
  receive(limit: number, nowMs: number, visibilityMs: number): readonly ReceivedMessage[] {
    // Asked many times a second, mostly in vain: a look takes no lock.
    if (this.#isAnyVisible.get(nowMs, nowMs + aheadMsMax) === undefined) return [];
    return this.#database.transaction(() =>
      this.#visible
        .all(nowMs, nowMs + aheadMsMax, limit)
        .map(({ id, message_id, body, receipts, first_received_ms }) => {
          this.#hide.run(nowMs + visibilityMs, nowMs, id);
          const receiveCount = receipts + 1;
          const firstReceivedMs = first_received_ms ?? nowMs;
          const receiptHandle = `${id}/${receiveCount}`;
          return { messageId: message_id, receiptHandle, body, receiveCount, firstReceivedMs };
        }),
    );
  }

  /** Removes them; a receipt that is over removes nothing. */
  delete(receiptHandles: readonly string[], durability?: Durability): void {
    this.#database.transaction(() => {
      for (const handle of receiptHandles) this.#delete.run(...idAndReceipt(handle));
    }, durability);
  }
}

/** A handle that is none of ours names no message. */
export function idAndReceipt(handle: string): [id: number, receipt: number] {
  const [, id, receipt] = /^(\d{1,15})\/(\d{1,15})$/.exec(handle) ?? [];
  return [Number(id ?? 0), Number(receipt ?? 0)];
}
