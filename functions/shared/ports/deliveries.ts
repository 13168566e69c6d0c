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
 * Delivery items: one per (receiver or SNS topic, alert). Every verb changes one item whole; the rules are those of
 * `domain/delivery.ts`.
 *
 * Each throws {@link UnavailableError} where a later try may succeed; what it was to change may be changed all the same.
 */
export interface Deliveries {
  /** Looks without taking or changing anything. @param receivedMs when the queue first handed the message out */
  look(key: DeliveryKey, held: Held, receivedMs: number): Promise<Looked>;
  /** Takes the lease if the answer is `claimed`. */
  claim(key: DeliveryKey, request: ClaimRequest): Promise<Claim>;
  /** Records the acknowledgement and ends the owner's lease; a lower revision takes nothing back. */
  acknowledge(key: DeliveryKey, held: Held): Promise<void>;
  /**
   * Records that a revision is to come again, and ends the owner's lease.
   * @returns what was done with it for good meanwhile: then nothing waits
   */
  wait(key: DeliveryKey, held: Held, wait: Wait): Promise<Settled | undefined>;
  /** Ends the owner's lease, and nothing else. */
  release(key: DeliveryKey, owner: string): Promise<void>;
  /** Records that a revision became a dead letter, and ends the owner's lease. */
  giveUp(key: DeliveryKey, held: Held): Promise<void>;
  /** Items of which something waits or was given up, by receiver and alert; at most `limit`. */
  unsettled(limit: number): Promise<readonly DeliveryItem[]>;
}
