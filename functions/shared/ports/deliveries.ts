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

export interface ClaimRequest {
  readonly receiver: string;
  readonly alertId: string;
  readonly revision: number;
  /** A name no other worker has; the holder's own second claim renews the lease. */
  readonly owner: string;
  readonly nowMs: number;
  readonly leaseMs: number;
  /** Of an operator's redrive: what was given up may be claimed again. */
  readonly evenIfGivenUp?: boolean;
}

/** What a claim is decided by. */
export interface ClaimedState {
  readonly acknowledgedRevision: number;
  /** Every revision that was given up; an alert has few. */
  readonly givenUp: readonly number[];
  /** The highest revision ever claimed; 0 before the first. */
  readonly claimedRevision: number;
  /** `undefined` where nobody holds the lease. */
  readonly lease: { readonly owner: string; readonly untilMs: number } | undefined;
}

/**
 * The rule of every claim, wherever items are stored.
 * @returns why the lease may not be taken; `undefined` if it may
 */
export function claimRefusal(
  { revision, owner, nowMs, evenIfGivenUp }: ClaimRequest,
  { acknowledgedRevision, givenUp, claimedRevision, lease }: ClaimedState,
): Exclude<Claim, 'claimed'> | undefined {
  if (revision === acknowledgedRevision) return 'acknowledged';
  if (revision < acknowledgedRevision) return 'superseded';
  if (givenUp.includes(revision) && !evenIfGivenUp) return 'given up';
  const isHeld = lease !== undefined && lease.untilMs > nowMs && lease.owner !== owner;
  const onlyWaits = lease?.owner === nobody && revision > claimedRevision;
  return isHeld && !onlyWaits ? 'leased' : undefined;
}

/** Delivery items: one per (receiver or SNS topic, alert). */
export interface Deliveries {
  /**
   * Takes the lease unless {@link claimRefusal} says why not: if it is free at `nowMs`, or only {@link nobody}'s and
   * `revision` is above all claimed before, and `revision` is above the acknowledged one.
   */
  claim(request: ClaimRequest): Promise<Claim>;
  /** Records the acknowledgement and ends the lease; a lower revision changes nothing. */
  acknowledge(receiver: string, alertId: string, revision: number, owner: string): Promise<void>;
  /** Ends the lease after a failed try and counts it. @returns failed tries so far */
  release(receiver: string, alertId: string, owner: string): Promise<number>;
  /** Records that this revision became a dead letter, beside those that did before, and ends the lease. */
  giveUp(receiver: string, alertId: string, revision: number, owner: string): Promise<void>;
  /** Every item, for comparison and the page. */
  list(): Promise<readonly DeliveryItem[]>;
}
