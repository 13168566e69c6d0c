import { randomUUID } from 'node:crypto';
import { minuteMs } from '../../domain/durations.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MessageQueue, QueueSource, ReceivedMessage } from '../../ports/message-queue.ts';
import type { Database, Statement } from './database.ts';
import type { Counters } from './totals.ts';

/** A message that was put aside. */
export interface DeadMessage {
  readonly id: number;
  readonly body: string;
  readonly reason: string;
  readonly atMs: number;
}

/** The queue behind the alert topic, with its reader's side and its dead letters. */
export interface Queue extends MessageQueue, QueueSource {
  /**
   * Messages that are visible at `nowMs`, those never received before those that come again, the oldest first: what waits
   * for a receiver that is away keeps no new page of another back. They stay hidden for `visibilityMs`.
   */
  receive(limit: number, nowMs: number, visibilityMs: number): readonly ReceivedMessage[];
  delete(receiptHandles: readonly string[]): void;
  /** Messages that were put aside and not sent back, the oldest first. */
  deadLetters(): readonly DeadMessage[];
  /** Sends one back to the queue as it is. @returns whether it lay among the dead letters */
  redrive(id: number): boolean;
}

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

/**
 * The queue as a table. A receipt handle names a message and the number of its receipt. What is sent, put aside or
 * removed is on the disk: a receiver must get no page of an alert that a power cut takes back.
 */
export class SqliteQueue implements Queue {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #counters: Counters;
  readonly #insert: Statement;
  readonly #show: Statement;
  readonly #showOfAlert: Statement;
  readonly #isAnyVisible: Statement<{ id: number }>;
  readonly #visible: Statement<Row>;
  readonly #hide: Statement;
  readonly #delay: Statement;
  readonly #delete: Statement;
  readonly #insertDead: Statement;
  readonly #listDead: Statement<Omit<DeadMessage, 'atMs'> & { at_ms: number }>;
  readonly #takeDead: Statement<{ body: string }>;

  constructor(database: Database, clock: Clock, counters: Counters) {
    this.#database = database;
    this.#clock = clock;
    this.#counters = counters;
    this.#insert = database.prepare('INSERT INTO messages (message_id, body, alert, visible_ms) VALUES (?, ?, ?, ?)');
    this.#show = database.prepare('UPDATE messages SET visible_ms = 0 WHERE in_flight = 0 AND visible_ms > ?');
    this.#showOfAlert = database.prepare(
      'UPDATE messages SET visible_ms = 0 WHERE alert = ? AND in_flight = 0 AND visible_ms > ?',
    );
    this.#isAnyVisible = database.prepare(`SELECT id FROM messages WHERE ${isVisible} LIMIT 1`);
    this.#visible = database.prepare(
      'SELECT id, message_id, body, receipts, first_received_ms FROM messages ' +
        `WHERE ${isVisible} ORDER BY receipts > 0, id LIMIT ?`,
    );
    this.#hide = database.prepare(
      'UPDATE messages SET visible_ms = ?, receipts = receipts + 1, in_flight = 1, ' +
        'first_received_ms = coalesce(first_received_ms, ?) WHERE id = ?',
    );
    this.#delay = database.prepare('UPDATE messages SET visible_ms = ?, in_flight = 0 WHERE id = ? AND receipts = ?');
    this.#delete = database.prepare('DELETE FROM messages WHERE id = ? AND receipts = ?');
    this.#insertDead = database.prepare('INSERT INTO dead_messages (body, reason, at_ms) VALUES (?, ?, ?)');
    this.#listDead = database.prepare('SELECT id, body, reason, at_ms FROM dead_messages ORDER BY id');
    this.#takeDead = database.prepare('DELETE FROM dead_messages WHERE id = ? RETURNING body');
  }

  /** Shows what was in flight again at once: its reader is gone. What waits for a later try goes on waiting. */
  endReceipts(): void {
    this.#database.prepare('UPDATE messages SET visible_ms = 0, in_flight = 0 WHERE in_flight = 1').run();
  }

  /** Puts a message of an alert at the end, visible at once. */
  send(body: string, alertId: string): void {
    this.#database.transaction(() => this.#add(body, alertId), 'on disk');
  }

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

  delete(receiptHandles: readonly string[]): void {
    this.#database.transaction(() => {
      for (const handle of receiptHandles) this.#delete.run(...idAndReceipt(handle));
    }, 'on disk');
  }

  async retryLater(receiptHandle: string, delayMs: number): Promise<void> {
    this.#delay.run(this.#clock.nowMs() + delayMs, ...idAndReceipt(receiptHandle));
  }

  async sendAgain(body: string, alertId: string, delayMs: number): Promise<void> {
    this.#database.transaction(() => this.#add(body, alertId, this.#clock.nowMs() + delayMs), 'on disk');
  }

  async showWaiting(alertId?: string): Promise<void> {
    if (alertId === undefined) this.#show.run(this.#clock.nowMs());
    else this.#showOfAlert.run(alertId, this.#clock.nowMs());
  }

  async deadLetter(body: string, reason: string): Promise<void> {
    this.#database.transaction(() => {
      this.#insertDead.run(body, reason, this.#clock.nowMs());
      this.#counters.add('deadLetters', 1);
    }, 'on disk');
  }

  deadLetters(): readonly DeadMessage[] {
    return this.#listDead.all().map(({ id, body, reason, at_ms }) => ({ id, body, reason, atMs: at_ms }));
  }

  redrive(id: number): boolean {
    return this.#database.transaction(() => {
      const dead = this.#takeDead.get(id);
      if (dead !== undefined) this.#add(dead.body, '');
      return dead !== undefined;
    }, 'on disk');
  }

  #add(body: string, alertId: string, visibleMs = 0): void {
    this.#insert.run(randomUUID(), body, alertId, visibleMs);
  }
}

/** A handle that is none of ours names no message. */
function idAndReceipt(handle: string): [id: number, receipt: number] {
  const [, id, receipt] = /^(\d{1,15})\/(\d{1,15})$/.exec(handle) ?? [];
  return [Number(id ?? 0), Number(receipt ?? 0)];
}
