/** What is known of one alert's messages to one receiver. */
export interface DeliveryItem {
  readonly receiver: string;
  readonly alertId: string;
  /** Highest revision whose delivery was acknowledged; 0 before the first. */
  readonly acknowledgedRevision: number;
  /** Failed tries of the revision in hand. */
  readonly attempts: number;
}

/**
 * `claimed`: it is ours to send until the lease ends. `acknowledged`: this revision went out before.
 * `superseded`: a newer one did. `leased`: another worker is sending; try again later.
 */
export type Claim = 'claimed' | 'acknowledged' | 'superseded' | 'leased';

/** Delivery items: one per (receiver or SNS topic, alert). */
export interface Deliveries {
  /**
   * Takes the lease if nobody holds it at `nowMs` and `revision` is above the acknowledged one.
   * @param owner a name no other worker has; the holder's own second claim renews the lease
   */
  claim(request: {
    readonly receiver: string;
    readonly alertId: string;
    readonly revision: number;
    readonly owner: string;
    readonly nowMs: number;
    readonly leaseMs: number;
  }): Promise<Claim>;
  /** Records the acknowledgement and ends the lease; a lower revision changes nothing. */
  acknowledge(receiver: string, alertId: string, revision: number, owner: string): Promise<void>;
  /** Ends the lease after a failed try and counts it. @returns failed tries so far */
  release(receiver: string, alertId: string, owner: string): Promise<number>;
  /** Every item, for comparison and the page. */
  list(): Promise<readonly DeliveryItem[]>;
}
