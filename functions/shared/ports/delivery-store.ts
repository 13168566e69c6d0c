import type { DeliveryItem, DeliveryKey } from '../domain/delivery.ts';
import type { ReceiverRecord } from '../domain/receiver-record.ts';

/** The result of a change of an item. */
export interface Changed<Item, Answer> {
  /** The changed item. Absent if nothing is to be written. */
  readonly item?: Item;
  /** The value that the caller gets. */
  readonly answer: Answer;
  /** Marks a change that a receiver or client sees at once, so that it must survive a power cut. */
  readonly isKnownElsewhere?: true;
}

/**
 * A pure function that changes an item. If another worker changed the item first, it is called again with the new
 * item.
 */
export type Change<Item, Answer> = (item: Item) => Changed<Item, Answer>;

/**
 * A store of delivery items and records of receivers. Changes of one item happen one after the other, for all workers.
 *
 * Each method throws {@link UnavailableError} where a later try may succeed. The change may be stored nevertheless.
 */
export interface DeliveryStore {
  /** Changes an item. An item that was never stored begins as `newDelivery` returns it. */
  changeDelivery<Answer>(key: DeliveryKey, change: Change<DeliveryItem, Answer>): Promise<Answer>;
  /** Changes a record. A record that was never stored begins as `newReceiver` returns it. */
  changeReceiver<Answer>(receiver: string, change: Change<ReceiverRecord, Answer>): Promise<Answer>;
  /** Returns the records of the named receivers, in this order. */
  receivers(names: readonly string[]): Promise<readonly ReceiverRecord[]>;
  /** Returns at most `limit` items for which `isUnsettled` is true, in the order of receiver and alert. */
  unsettled(limit: number): Promise<readonly DeliveryItem[]>;
}
