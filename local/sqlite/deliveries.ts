import {
  type DeliveryItem,
  type DeliveryKey,
  isUnsettled,
  newDelivery,
} from '../../functions/shared/domain/delivery.ts';
import { newReceiver, type ReceiverRecord } from '../../functions/shared/domain/receiver-record.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { Change, Changed, DeliveryStore } from '../../functions/shared/ports/delivery-store.ts';
import type { Database, Statement } from './database.ts';

interface Row {
  /** The item as JSON. */
  readonly item: string;
}

/** The delivery items and the records of receivers, as rows of JSON. Each change is one transaction. */
export class SqliteDeliveries implements DeliveryStore {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #get: Statement<Row>;
  readonly #put: Statement;
  readonly #unsettled: Statement<Row>;
  readonly #getReceiver: Statement<Row>;
  readonly #putReceiver: Statement;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#get = database.prepare('SELECT item FROM deliveries WHERE receiver = ? AND alert = ?');
    this.#put = database.prepare(
      'INSERT OR REPLACE INTO deliveries (receiver, alert, item, unsettled, changed_ms) VALUES (?, ?, ?, ?, ?)',
    );
    this.#unsettled = database.prepare(
      'SELECT item FROM deliveries WHERE unsettled = 1 ORDER BY receiver, alert LIMIT ?',
    );
    this.#getReceiver = database.prepare('SELECT item FROM receivers WHERE name = ?');
    this.#putReceiver = database.prepare('INSERT OR REPLACE INTO receivers (name, item) VALUES (?, ?)');
  }

  /** Ends every lease and probe, because the process that held them has ended. */
  endLeases(): void {
    this.#database.exec(`
      UPDATE deliveries SET item = json_remove(item, '$.lease') WHERE item -> '$.lease' IS NOT NULL;
      UPDATE receivers SET item = json_remove(item, '$.probe') WHERE item -> '$.probe' IS NOT NULL;
    `);
  }

  async changeDelivery<Answer>(key: DeliveryKey, change: Change<DeliveryItem, Answer>): Promise<Answer> {
    const { receiver, alertId } = key;
    return this.#change(
      () => change(parsed<DeliveryItem>(this.#get.get(receiver, alertId)) ?? newDelivery(key)),
      (item) => {
        const unsettled = isUnsettled(item) ? 1 : 0;
        this.#put.run(receiver, alertId, JSON.stringify(item), unsettled, this.#clock.nowMs());
      },
    );
  }

  async changeReceiver<Answer>(receiver: string, change: Change<ReceiverRecord, Answer>): Promise<Answer> {
    return this.#change(
      () => change(this.#receiver(receiver)),
      (record) => this.#putReceiver.run(receiver, JSON.stringify(record)),
    );
  }

  async receivers(names: readonly string[]): Promise<readonly ReceiverRecord[]> {
    return names.map((name) => this.#receiver(name));
  }

  async unsettled(limit: number): Promise<readonly DeliveryItem[]> {
    return this.#unsettled.all(limit).map(({ item }) => JSON.parse(item));
  }

  #receiver(name: string): ReceiverRecord {
    return parsed<ReceiverRecord>(this.#getReceiver.get(name)) ?? newReceiver(name);
  }

  /** Applies a change. A change of nothing needs no transaction, because only this connection writes. */
  #change<Item, Answer>(read: () => Changed<Item, Answer>, write: (item: Item) => void): Answer {
    const { item, answer, isKnownElsewhere } = read();
    if (item !== undefined) this.#database.transaction(() => write(item), isKnownElsewhere ? 'on disk' : undefined);
    return answer;
  }
}

const parsed = <Item>(row: Row | undefined): Item | undefined => (row === undefined ? undefined : JSON.parse(row.item));
