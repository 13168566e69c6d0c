/** What is known of one alert's messages to one receiver. */
export interface DeliveryItem {
  readonly receiver: string;
  readonly alertId: string;
  /** Highest revision whose delivery was acknowledged; 0 before the first. */
  readonly acknowledgedRevision: number;
  /** Highest revision that was given up and lies among the dead letters; 0 while there is none. */
  readonly givenUpRevision: number;
  /**
   * Failed tries since the highest revision claimed so far was first claimed. An older one's tries count with them:
   * two revisions that fail in turn must not start each other's count again for ever.
   */
  readonly attempts: number;
}

/**
 * `claimed`: it is ours to send until the lease ends. `acknowledged`: this revision went out before.
 * `superseded`: a newer one did. `given up`: it is a dead letter, which only a redrive sends again. `leased`: another
 * worker is sending, or a wait is not over; try again later.
 */
export type Claim = 'claimed' | 'acknowledged' | 'superseded' | 'given up' | 'leased';

/**
 * The owner of a lease that only waits: nobody is sending. It keeps older revisions back, and not a newer one, which
 * says more and has not failed yet.
 */
export const nobody = 'nobody';

/** Delivery items: one per (receiver or SNS topic, alert). */
export interface Deliveries {
  /**
   * Takes the lease if it is free at `nowMs`, or only {@link nobody}'s and `revision` is above all claimed before, and
   * `revision` is above the acknowledged one.
   * @param owner a name no other worker has; the holder's own second claim renews the lease
   */
  claim(request: {
    readonly receiver: string;
    readonly alertId: string;
    readonly revision: number;
    readonly owner: string;
    readonly nowMs: number;
    readonly leaseMs: number;
    /** Of an operator's redrive: what was given up may be claimed again. */
    readonly evenIfGivenUp?: boolean;
  }): Promise<Claim>;
  /** Records the acknowledgement and ends the lease; a lower revision changes nothing. */
  acknowledge(receiver: string, alertId: string, revision: number, owner: string): Promise<void>;
  /** Ends the lease after a failed try and counts it. @returns failed tries so far */
  release(receiver: string, alertId: string, owner: string): Promise<number>;
  /** Records that this revision became a dead letter and ends the lease; a lower revision changes nothing. */
  giveUp(receiver: string, alertId: string, revision: number, owner: string): Promise<void>;
  /** Every item, for comparison and the page. */
  list(): Promise<readonly DeliveryItem[]>;
}
