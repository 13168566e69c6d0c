import { minuteMs, secondMs } from './durations.ts';

/** A revision that a receiver has not accepted yet and that will be tried again. */
export interface Waiting {
  readonly revision: number;
  /** The time of the first failure or wait. It starts again after a pause of ten minutes without a look. Ms. */
  readonly sinceMs: number;
  /** The time at which a worker last received the message. Ms. */
  readonly seenMs: number;
  /** The earliest time of the next attempt. Ms. */
  readonly nextTryMs: number;
  /** The number of failed attempts; 0 if it only waited for its receiver. */
  readonly tries: number;
  readonly reason: string;
}

/** The state of one alert's deliveries to one receiver, or to the SNS topic. */
export interface DeliveryItem {
  readonly receiver: string;
  readonly alertId: string;
  /** The highest revision whose delivery was acknowledged; 0 before the first. */
  readonly acknowledgedRevision: number;
  /**
   * The first revision that is sent to receivers, and whether this receiver accepted it; absent until its message was in
   * hand.
   */
  readonly firstPage?: { readonly revision: number; readonly acknowledged: boolean };
  /** Revisions that are dead letters, in ascending order; an alert has few of them. */
  readonly givenUp: readonly number[];
  /** The first page and the newest revision if they wait, in ascending order. */
  readonly waiting: readonly Waiting[];
  /** The worker that is sending, and the end of its lease; absent if none is. */
  readonly lease?: { readonly owner: string; readonly untilMs: number };
}

export type DeliveryKey = Pick<DeliveryItem, 'receiver' | 'alertId'>;

export const newDelivery = ({ receiver, alertId }: DeliveryKey): DeliveryItem => ({
  receiver,
  alertId,
  acknowledgedRevision: 0,
  givenUp: [],
  waiting: [],
});

/** A revision that one worker is processing. */
export interface Held {
  readonly revision: number;
  /** The revision of the first page. `publish` leaves it out: it reads revisions in order, so that none waits for another. */
  readonly firstPageRevision?: number | undefined;
  /** A name that no other worker has. A second claim by the same owner renews its lease. */
  readonly owner: string;
  readonly nowMs: number;
  /** States whether an operator redrove it. Then it may be sent although it was given up, and waits for no other revision. */
  readonly isRedrive?: boolean;
}

/** The final states of a revision. */
export type Settled = 'acknowledged' | 'superseded' | 'given up';

/** A worker's request for the lease of a delivery item. */
export interface ClaimRequest extends Held {
  readonly leaseMs: number;
  /** The time at which the queue first handed out the message. Ms. */
  readonly receivedMs: number;
  /** The time at which the receiver was last back after being away; 0 if it never was. Earlier waits are over. Ms. */
  readonly healthySinceMs: number;
  /** States whether the receiver is away and this revision would be the probe. */
  readonly isProbe?: boolean;
}

/** A refused claim: the revision may be claimed later. */
export interface NotNow {
  readonly kind: 'not now';
  readonly why: 'leased' | 'waits' | 'first page first' | 'newest first';
  readonly untilMs: number;
}

/**
 * The result of a claim.
 *
 * - `claimed`: the owner may send the revision until its lease ends.
 * - `acknowledged`: the receiver accepted this revision before.
 * - `superseded`: the receiver accepted a newer revision.
 * - `given up`: the revision is a dead letter, which only a redrive sends again.
 * - `not now`: the revision may be claimed later.
 */
export type Claim = { readonly kind: 'claimed' | Settled } | NotNow;

/** The longest time for which a later revision waits for a first page that fails, while its receiver is not away. */
export const firstPageWaitMs = 2 * minuteMs;
/**
 * The longest time for which it waits for a first page that no worker has received yet. A queue may hand out messages in another
 * order, and a receiver that was added later never gets the first page.
 */
export const unmetWaitMs = 10 * secondMs;
/** The time until a revision that waits for another one is looked at again. */
const lookMs = 5 * secondMs;
/** The time after which a message that no worker received has left the queue. The longest wait is half of it. */
const seenMsMax = 10 * minuteMs;
/** The latest end of a lease or a wait, from now. The longest lease is that of a function with a time-out of 15 minutes. */
const aheadMsMax = 16 * minuteMs;

/**
 * Returns whether a revision may be sent now. The first page is never superseded. Of the other revisions only the newest is
 * sent, after the first page.
 * @returns `claimed` if it may be sent
 */
export function judgeClaim(item: DeliveryItem, request: ClaimRequest): Claim {
  const { revision, firstPageRevision, owner, nowMs, isRedrive = false } = request;
  const settled = settledAs(item, revision, firstPageRevision, isRedrive);
  if (settled !== undefined) return { kind: settled };
  const { lease } = item;
  if (lease !== undefined && isAhead(lease.untilMs, nowMs) && lease.owner !== owner) {
    return notNow('leased', Math.min(lease.untilMs, nowMs + lookMs));
  }
  const own = waitingOf(item, revision);
  if (own !== undefined && isAhead(own.nextTryMs, nowMs) && own.seenMs >= request.healthySinceMs) {
    return notNow('waits', own.nextTryMs);
  }
  if (isRedrive || firstPageRevision === undefined || revision <= firstPageRevision) return { kind: 'claimed' };
  if (waitsForFirstPage(item, request, firstPageRevision)) return notNow('first page first', nowMs + lookMs);
  const isOvertaken = item.waiting.some((other) => other.revision > revision && isSeen(other, nowMs));
  return isOvertaken ? notNow('newest first', nowMs + lookMs) : { kind: 'claimed' };
}

/** Returns the final state of a revision; `undefined` while it is to be delivered. */
export function settledAs(
  { acknowledgedRevision, firstPage, givenUp }: DeliveryItem,
  revision: number,
  firstPageRevision: number | undefined,
  isRedrive = false,
): Settled | undefined {
  if (revision === firstPageRevision) {
    if (firstPage?.acknowledged || revision === acknowledgedRevision) return 'acknowledged';
  } else if (revision <= acknowledgedRevision) {
    return revision === acknowledgedRevision ? 'acknowledged' : 'superseded';
  }
  return givenUp.includes(revision) && !isRedrive ? 'given up' : undefined;
}

function waitsForFirstPage(item: DeliveryItem, request: ClaimRequest, firstPageRevision: number): boolean {
  const { nowMs, receivedMs, healthySinceMs, isProbe = false } = request;
  const { acknowledgedRevision, firstPage, givenUp } = item;
  if (firstPage?.acknowledged || givenUp.includes(firstPageRevision)) return false;
  const waiting = waitingOf(item, firstPageRevision);
  if (waiting !== undefined && isSeen(waiting, nowMs)) {
    // If the receiver is away, the first page is the probe.
    return isProbe || nowMs - Math.max(receivedMs, healthySinceMs) < firstPageWaitMs;
  }
  // A receiver that accepted a later revision was added later, or the wait is over already.
  return firstPage === undefined && acknowledgedRevision === 0 && nowMs - receivedMs < unmetWaitMs;
}

/** The result of looking at a revision. */
export interface Looked {
  /** The final state; absent while the revision is to be delivered. */
  readonly settled?: Settled;
  /** The time since which it has been failing. Ms. */
  readonly failingSinceMs: number;
}

/**
 * Returns what is recorded of a revision, and changes nothing.
 * @param receivedMs when the queue first handed out the message; it counts if no failure is recorded. Ms
 */
export function look(item: DeliveryItem, held: Held, receivedMs: number): Looked {
  const { revision, firstPageRevision, nowMs, isRedrive } = held;
  const settled = settledAs(item, revision, firstPageRevision, isRedrive);
  const waiting = waitingOf(item, revision);
  const failingSinceMs = waiting === undefined ? receivedMs : sinceMsOf(waiting, nowMs);
  return { failingSinceMs, ...(settled === undefined ? {} : { settled }) };
}

/**
 * Returns the time since which a revision fails. After a pause in which no worker received it, that time starts again: a
 * revision that was not tried did not fail.
 */
const sinceMsOf = (waiting: Waiting, nowMs: number): number => (isSeen(waiting, nowMs) ? waiting.sinceMs : nowMs);

/** Gives the lease to the owner. */
export function claimed(
  item: DeliveryItem,
  { revision, firstPageRevision, owner, nowMs, leaseMs }: ClaimRequest,
): DeliveryItem {
  const isFirstPage = revision === firstPageRevision && item.firstPage === undefined;
  return {
    ...item,
    ...(isFirstPage ? { firstPage: { revision, acknowledged: false } } : {}),
    lease: { owner, untilMs: nowMs + leaseMs },
  };
}

/** Records the acknowledgement and ends the owner's lease. A revision below the highest one changes no higher one. */
export function acknowledged(item: DeliveryItem, { revision, firstPageRevision, owner }: Held): DeliveryItem {
  const isFirstPage = revision === firstPageRevision;
  const acknowledgedRevision = Math.max(item.acknowledgedRevision, revision);
  const firstPage = isFirstPage ? { revision, acknowledged: true } : item.firstPage;
  const isOver = (other: number): boolean =>
    other === revision || (other < revision && (other !== firstPageRevision || firstPage?.acknowledged === true));
  return released(
    {
      ...item,
      acknowledgedRevision,
      ...(firstPage === undefined ? {} : { firstPage }),
      givenUp: item.givenUp.filter((other) => !isOver(other)),
      waiting: item.waiting.filter((other) => !isOver(other.revision)),
    },
    owner,
  );
}

/** The reason and the end of a wait. */
export interface Wait {
  readonly nextTryMs: number;
  readonly reason: string;
  /** States whether an attempt failed. If not, the receiver is away and the revision was not tried. */
  readonly failed?: boolean;
}

/** Records that a revision waits, and ends the owner's lease. Revisions between the first page and the newest are dropped. */
export function waits(item: DeliveryItem, held: Held, { nextTryMs, reason, failed = false }: Wait): DeliveryItem {
  const { revision, firstPageRevision, nowMs } = held;
  const before = waitingOf(item, revision);
  const sinceMs = before === undefined ? nowMs : sinceMsOf(before, nowMs);
  const tries = (before?.tries ?? 0) + (failed ? 1 : 0);
  // Other messages may probe a receiver sooner, but the wait that it asked for after trying this revision is kept.
  const askedMs = before !== undefined && isAhead(before.nextTryMs, nowMs) ? before.nextTryMs : 0;
  const laterMs = failed ? nextTryMs : Math.max(nextTryMs, askedMs);
  const own: Waiting = { revision, sinceMs, seenMs: nowMs, nextTryMs: laterMs, tries, reason };
  const all = [...item.waiting.filter((other) => other !== before), own].sort((a, b) => a.revision - b.revision);
  const newest = all.at(-1)!;
  const firstPage = item.firstPage ?? (revision === firstPageRevision ? { revision, acknowledged: false } : undefined);
  return released(
    {
      ...item,
      ...(firstPage === undefined ? {} : { firstPage }),
      waiting: all.filter((one) => one === newest || one.revision === firstPage?.revision),
    },
    held.owner,
  );
}

/** Records that a revision became a dead letter, beside earlier ones, and ends the owner's lease. */
export function givenUp(item: DeliveryItem, { revision, owner }: Held): DeliveryItem {
  return released(
    {
      ...item,
      givenUp: [...new Set([...item.givenUp, revision])].sort((a, b) => a - b),
      waiting: item.waiting.filter((other) => other.revision !== revision),
    },
    owner,
  );
}

/** Ends the lease if the owner still has it. Another worker may have it by now. */
export function released(item: DeliveryItem, owner: string): DeliveryItem {
  const { lease, ...others } = item;
  return lease === undefined || lease.owner === owner ? others : item;
}

/** Returns whether a revision of the item waits or is a dead letter. */
export const isUnsettled = ({ waiting, givenUp }: DeliveryItem): boolean => waiting.length + givenUp.length > 0;

const waitingOf = ({ waiting }: DeliveryItem, revision: number): Waiting | undefined =>
  waiting.find((other) => other.revision === revision);

const isSeen = ({ seenMs }: Waiting, nowMs: number): boolean => Math.abs(nowMs - seenMs) < seenMsMax;

/**
 * Returns whether a time is still to come. A time further ahead than any lease or wait comes from a clock that was set
 * back since.
 */
const isAhead = (atMs: number, nowMs: number): boolean => atMs > nowMs && atMs - nowMs <= aheadMsMax;

const notNow = (why: NotNow['why'], untilMs: number): NotNow => ({ kind: 'not now', why, untilMs });
