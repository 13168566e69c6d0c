import type { DeliveryItem, DeliveryKey } from '../domain/delivery.ts';
import type { ReceiverRecord } from '../domain/receiver-record.ts';

/** What a change makes of an item. */
export interface Changed<Item, Answer> {
  /** The item as it is to be; absent: nothing is written. */
  readonly item?: Item;
  readonly answer: Answer;
  /** Somebody elsewhere knows of it: it must outlast a power cut. */
  readonly isKnownElsewhere?: true;
}

/** A pure function: it is called again, with what is stored by then, if another worker was quicker. */
export type Change<Item, Answer> = (item: Item) => Changed<Item, Answer>;

/**
 * Where delivery items and records of receivers lie. Changes of one item happen one after the other, whoever makes them.
 *
 * Every verb throws {@link UnavailableError} where a later try may succeed; a change may be stored all the same.
 */
export interface DeliveryStore {
  /** Changes an item; one that was never stored is as `newDelivery` makes it. */
  changeDelivery<Answer>(key: DeliveryKey, change: Change<DeliveryItem, Answer>): Promise<Answer>;
  /** Changes a record; one that was never stored is as `newReceiver` makes it. */
  changeReceiver<Answer>(receiver: string, change: Change<ReceiverRecord, Answer>): Promise<Answer>;
  receivers(names: readonly string[]): Promise<readonly ReceiverRecord[]>;
  /** Items that `isUnsettled`, by receiver and alert; at most `limit`. */
  unsettled(limit: number): Promise<readonly DeliveryItem[]>;
}
