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

/** A condition for visible messages. A time further ahead than any wait is of a clock that was set back since. */
const isVisible = '(visible_ms <= ? OR visible_ms > ?)';
/** The longest wait of a message, and a minute more. */
const aheadMsMax = 16 * minuteMs;

/** The reader's methods of a queue that is a table. A receipt handle names a message and the number of its receipt. */
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

  /** Makes messages in flight visible at once, because their reader has ended. Messages that wait for a later try stay hidden. */
  endReceipts(): void {
    this.#endReceipts.run();
  }

  /**
   * Returns messages that are visible at `nowMs`: first those that were never received, then the others, each the oldest
   * first. Hides them for `visibilityMs`.
   */
  receive(limit: number, nowMs: number, visibilityMs: number): readonly ReceivedMessage[] {
    // This is called many times a second, mostly without a result. This query takes no lock.
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

  /** Deletes messages. A receipt that is over deletes nothing. */
  delete(receiptHandles: readonly string[], durability?: Durability): void {
    this.#database.transaction(() => {
      for (const handle of receiptHandles) this.#delete.run(...idAndReceipt(handle));
    }, durability);
  }
}

/** Returns the parts of a receipt handle; zeros, which name no message, for an unknown handle. */
export function idAndReceipt(handle: string): [id: number, receipt: number] {
  const [, id, receipt] = /^(\d{1,15})\/(\d{1,15})$/.exec(handle) ?? [];
  return [Number(id ?? 0), Number(receipt ?? 0)];
}
