import type {
  Claim,
  ClaimRequest,
  DeliveryItem,
  DeliveryKey,
  Held,
  Looked,
  Settled,
  Wait,
} from '../domain/delivery.ts';

/**
 * The delivery items: one for each pair of an alert with a receiver or an SNS topic. Each method changes one item, in
 * one write; the rules are in `domain/delivery.ts`.
 *
 * Each method throws {@link UnavailableError} where a later try may succeed. The change may be stored nevertheless.
 */
export interface Deliveries {
  /**
   * Returns what may be done with a message, without a lease and without a change.
   * @param receivedMs the time at which the queue first delivered the message
   */
  look(key: DeliveryKey, held: Held, receivedMs: number): Promise<Looked>;
  /** Claims the item for an attempt. The caller has the lease if the answer is `claimed`. */
  claim(key: DeliveryKey, request: ClaimRequest): Promise<Claim>;
  /** Records the acknowledgement and ends the owner's lease. A lower revision than the recorded one changes nothing. */
  acknowledge(key: DeliveryKey, held: Held): Promise<void>;
  /**
   * Records that a revision will be tried again, and ends the owner's lease.
   * @returns how the revision was settled in the meantime, if it was; then it does not wait
   */
  wait(key: DeliveryKey, held: Held, wait: Wait): Promise<Settled | undefined>;
  /** Ends the owner's lease. */
  release(key: DeliveryKey, owner: string): Promise<void>;
  /** Records that a revision became a dead letter, and ends the owner's lease. */
  giveUp(key: DeliveryKey, held: Held): Promise<void>;
  /** Returns an item; one that was never stored as `newDelivery` returns it. */
  read(key: DeliveryKey): Promise<DeliveryItem>;
  /** Returns at most `limit` items that wait or were given up, in the order of receiver and alert. */
  unsettled(limit: number): Promise<readonly DeliveryItem[]>;
}
