import { minuteMs, secondMs } from './durations.ts';

/** A revision that a receiver has not taken yet and that is to come again. */
export interface Waiting {
  readonly revision: number;
  /** When it first could not be delivered, without a longer pause since. Ms. */
  readonly sinceMs: number;
  /** When it was last seen. Ms. */
  readonly seenMs: number;
  /** Not to be tried before. Ms. */
  readonly nextTryMs: number;
  /** Tries that failed; one that only waited for its receiver has none. */
  readonly tries: number;
  readonly reason: string;
}

/** What is known of one alert's messages to one receiver, or to the SNS topic. */
export interface DeliveryItem {
  readonly receiver: string;
  readonly alertId: string;
  /** The highest revision whose delivery was acknowledged; 0 before the first. */
  readonly acknowledgedRevision: number;
  /** The first revision that anybody was told of, once a message of it was met, and whether this receiver took it. */
  readonly firstPage?: { readonly revision: number; readonly acknowledged: boolean };
  /** Revisions that lie among the dead letters, in ascending order; an alert has few. */
  readonly givenUp: readonly number[];
  /** The first page and the newest revision, as far as they wait, in ascending order. */
  readonly waiting: readonly Waiting[];
  /** Who is sending; absent where nobody is. */
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

/** One revision in the hands of one worker. */
export interface Held {
  readonly revision: number;
  /** Absent where revisions come one after the other, as publish reads them: nothing is waited for then. */
  readonly firstPageRevision?: number | undefined;
  /** A name that no other worker has; the holder's own second claim renews the lease. */
  readonly owner: string;
  readonly nowMs: number;
  /** Of an operator's redrive: what was given up may be sent again, and waits for no other revision. */
  readonly isRedrive?: boolean;
}

/** What is done with a revision for good. */
export type Settled = 'acknowledged' | 'superseded' | 'given up';

export interface ClaimRequest extends Held {
  readonly leaseMs: number;
  /** When the queue first handed the message out. Ms. */
  readonly receivedMs: number;
  /** When the receiver last came back, 0 if it never was away: what waited for it since before waits no more. Ms. */
  readonly healthySinceMs: number;
  /** Whether the receiver is away, and this revision would try it. */
  readonly isProbe?: boolean;
}

/** It is to be looked at again later. */
export interface NotNow {
  readonly kind: 'not now';
  readonly why: 'leased' | 'waits' | 'first page first' | 'newest first';
  readonly untilMs: number;
}

/**
 * `claimed`: it is the owner's to send until the lease ends. `acknowledged`: this revision went out before.
 * `superseded`: a newer one did. `given up`: it is a dead letter, which only a redrive sends again.
 */
export type Claim = { readonly kind: 'claimed' | Settled } | NotNow;

/** How long a later revision waits for a first page that its receiver, which is there, does not take. */
export const firstPageWaitMs = 2 * minuteMs;
/**
 * How long it waits for a first page that was never met: a queue may hand messages out in another order, and a receiver
 * that was added later never gets the first page.
 */
export const unmetWaitMs = 10 * secondMs;
/** How soon to look again for the sake of another revision. */
const lookMs = 5 * secondMs;
/** What was not seen for longer has left the queue: the longest wait is half of this. */
const seenMsMax = 10 * minuteMs;
/** The longest lease is that of a function with the longest time-out, 15 minutes. */
const aheadMsMax = 16 * minuteMs;

/**
 * Says what becomes of a revision that would be sent now. The first page is never superseded. Of the others only the
 * newest is sent, after the first page.
 * @returns `claimed` where nothing speaks against it
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

/** What is done with a revision for good, as far as that is known; `undefined` while it is to be delivered. */
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
    // Of a receiver that is away it is the first page that may try.
    return isProbe || nowMs - Math.max(receivedMs, healthySinceMs) < firstPageWaitMs;
  }
  // Whoever took a later one was added later, or has waited before.
  return firstPage === undefined && acknowledgedRevision === 0 && nowMs - receivedMs < unmetWaitMs;
}

/** Since when a revision has been failing, by what is known of it. */
export interface Looked {
  /** What was done with it for good; absent while it is to be delivered. */
  readonly settled?: Settled;
  readonly failingSinceMs: number;
}

/**
 * Looks at a revision without taking it.
 * @param receivedMs when the queue first handed the message out: what counts where nothing is recorded. Ms
 */
export function look(item: DeliveryItem, held: Held, receivedMs: number): Looked {
  const { revision, firstPageRevision, nowMs, isRedrive } = held;
  const settled = settledAs(item, revision, firstPageRevision, isRedrive);
  const waiting = waitingOf(item, revision);
  const failingSinceMs = waiting === undefined ? receivedMs : sinceMsOf(waiting, nowMs);
  return { failingSinceMs, ...(settled === undefined ? {} : { settled }) };
}

/** One that nobody saw for long was not tried: time in which this flow stood still is none in which it was failing. */
const sinceMsOf = (waiting: Waiting, nowMs: number): number => (isSeen(waiting, nowMs) ? waiting.sinceMs : nowMs);

/** Takes the lease. */
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

/** Records the acknowledgement and ends the owner's lease; a lower revision than the highest takes nothing back. */
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

/** Why and until when a revision waits. */
export interface Wait {
  readonly nextTryMs: number;
  readonly reason: string;
  /** Absent where its receiver is away and it was not tried. */
  readonly failed?: boolean;
}

/** Records that a revision waits and ends the owner's lease. Of several between the first page and the newest none is kept. */
export function waits(item: DeliveryItem, held: Held, { nextTryMs, reason, failed = false }: Wait): DeliveryItem {
  const { revision, firstPageRevision, nowMs } = held;
  const before = waitingOf(item, revision);
  const sinceMs = before === undefined ? nowMs : sinceMsOf(before, nowMs);
  const tries = (before?.tries ?? 0) + (failed ? 1 : 0);
  // While its receiver is away, others may try sooner; what the receiver asked for this one holds.
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

/** Records that a revision became a dead letter, beside those that did before, and ends the owner's lease. */
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

/** Ends the lease if it is the owner's: another worker may have it by now. */
export function released(item: DeliveryItem, owner: string): DeliveryItem {
  const { lease, ...others } = item;
  return lease === undefined || lease.owner === owner ? others : item;
}

/** Whether anything of it waits or lies among the dead letters. */
export const isUnsettled = ({ waiting, givenUp }: DeliveryItem): boolean => waiting.length + givenUp.length > 0;

const waitingOf = ({ waiting }: DeliveryItem, revision: number): Waiting | undefined =>
  waiting.find((other) => other.revision === revision);

const isSeen = ({ seenMs }: Waiting, nowMs: number): boolean => Math.abs(nowMs - seenMs) < seenMsMax;

/** What lies further ahead than any lease or wait is of a clock that was set back since. */
const isAhead = (atMs: number, nowMs: number): boolean => atMs > nowMs && atMs - nowMs <= aheadMsMax;

const notNow = (why: NotNow['why'], untilMs: number): NotNow => ({ kind: 'not now', why, untilMs });
