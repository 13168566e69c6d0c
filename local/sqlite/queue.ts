import { randomUUID } from 'node:crypto';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { MessageQueue, QueueSource, ReceivedMessage } from '../../functions/shared/ports/message-queue.ts';
import type { Database, Statement } from './database.ts';
import { idAndReceipt, MessageTable } from './message-table.ts';
import type { Counters } from './totals.ts';

/** A dead letter of the queue. */
export interface DeadMessage {
  readonly id: number;
  readonly body: string;
  readonly reason: string;
  readonly atMs: number;
}

/** The queue of the alert topic, with its reader's methods and its dead letters. */
export interface Queue extends MessageQueue, QueueSource {
  /**
   * Returns messages that are visible at `nowMs`: first those that were never received, then the others, each the oldest
   * first. So messages that wait for a receiver that does not answer do not delay a new page to another receiver. Hides
   * them for `visibilityMs`.
   */
  receive(limit: number, nowMs: number, visibilityMs: number): readonly ReceivedMessage[];
  delete(receiptHandles: readonly string[]): void;
  /** Returns the dead letters that were not sent back, the oldest first. */
  deadLetters(): readonly DeadMessage[];
  /** Sends a dead letter back to the queue, unchanged. @returns whether it was among the dead letters */
  redrive(id: number): boolean;
}

/**
 * The queue as a table. A message that is sent, deleted or becomes a dead letter is on the disk when the call returns: a
 * receiver must not get a page of an alert that a power cut undoes.
 */
export class SqliteQueue implements Queue {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #counters: Counters;
  readonly #table: MessageTable;
  readonly #insert: Statement;
  readonly #show: Statement;
  readonly #showOfAlert: Statement;
  readonly #delay: Statement;
  readonly #insertDead: Statement;
  readonly #listDead: Statement<Omit<DeadMessage, 'atMs'> & { at_ms: number }>;
  readonly #takeDead: Statement<{ body: string }>;

  constructor(database: Database, clock: Clock, counters: Counters) {
    this.#database = database;
    this.#clock = clock;
    this.#counters = counters;
    this.#table = new MessageTable(database, 'messages');
    this.#insert = database.prepare('INSERT INTO messages (message_id, body, alert, visible_ms) VALUES (?, ?, ?, ?)');
    this.#show = database.prepare('UPDATE messages SET visible_ms = 0 WHERE in_flight = 0 AND visible_ms > ?');
    this.#showOfAlert = database.prepare(
      'UPDATE messages SET visible_ms = 0 WHERE alert = ? AND in_flight = 0 AND visible_ms > ?',
    );
    this.#delay = database.prepare('UPDATE messages SET visible_ms = ?, in_flight = 0 WHERE id = ? AND receipts = ?');
    this.#insertDead = database.prepare('INSERT INTO dead_messages (body, reason, at_ms) VALUES (?, ?, ?)');
    this.#listDead = database.prepare('SELECT id, body, reason, at_ms FROM dead_messages ORDER BY id');
    this.#takeDead = database.prepare('DELETE FROM dead_messages WHERE id = ? RETURNING body');
  }

  /** @see MessageTable.endReceipts */
  endReceipts(): void {
    this.#table.endReceipts();
  }

  /** Appends a message of an alert, visible at once. */
  send(body: string, alertId: string): void {
    this.#database.transaction(() => this.#add(body, alertId), 'on disk');
  }

  receive(limit: number, nowMs: number, visibilityMs: number): readonly ReceivedMessage[] {
    return this.#table.receive(limit, nowMs, visibilityMs);
  }

  delete(receiptHandles: readonly string[]): void {
    this.#table.delete(receiptHandles, 'on disk');
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
