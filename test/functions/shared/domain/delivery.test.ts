import { describe, expect, it } from 'vitest';
import {
  acknowledged,
  type ClaimRequest,
  claimed,
  type DeliveryItem,
  firstPageWaitMs,
  givenUp,
  judgeClaim,
  look as lookAt,
  newDelivery,
  settledAs,
  unmetWaitMs,
  waits,
} from '../../../../functions/shared/domain/delivery.ts';

const startMs = Date.parse('2026-11-23T15:00:00Z');
const leaseMs = 60_000;

const request = (revision: number, parts: Partial<ClaimRequest> = {}): ClaimRequest => ({
  revision,
  firstPageRevision: 1,
  owner: 'me',
  nowMs: startMs,
  leaseMs,
  receivedMs: startMs,
  healthySinceMs: 0,
  ...parts,
});

/** An item with the changes that were made to it so far. */
class Item {
  item: DeliveryItem = newDelivery({ receiver: 'pager', alertId: 'a' });

  judge(revision: number, parts: Partial<ClaimRequest> = {}): string {
    const claim = judgeClaim(this.item, request(revision, parts));
    return claim.kind === 'not now' ? claim.why : claim.kind;
  }

  claim(revision: number, parts: Partial<ClaimRequest> = {}): string {
    const answer = this.judge(revision, parts);
    if (answer === 'claimed') this.item = claimed(this.item, request(revision, parts));
    return answer;
  }

  acknowledge(revision: number, parts: Partial<ClaimRequest> = {}): this {
    this.item = acknowledged(this.item, request(revision, parts));
    return this;
  }

  wait(revision: number, waitMs: number, parts: Partial<ClaimRequest> = {}): this {
    const held = request(revision, parts);
    this.item = waits(this.item, held, { nextTryMs: held.nowMs + waitMs, reason: 'time-out', failed: true });
    return this;
  }

  giveUp(revision: number): this {
    this.item = givenUp(this.item, request(revision));
    return this;
  }

  get waiting(): number[] {
    return this.item.waiting.map(({ revision }) => revision);
  }
}

const at = (afterMs: number) => ({ nowMs: startMs + afterMs });

describe('a claim', () => {
  it('a claim gets the lease of a new alert', () => {
    const alert = new Item();
    expect(alert.claim(1)).toBe('claimed');
    expect(alert.item.lease).toEqual({ owner: 'me', untilMs: startMs + leaseMs });
  });

  it('a claim of another worker is refused until the lease ends, for every revision', () => {
    const alert = new Item();
    alert.claim(1);
    expect(alert.judge(1, { owner: 'b', ...at(leaseMs - 1) })).toBe('leased');
    expect(alert.judge(2, { owner: 'b', ...at(leaseMs - 1) })).toBe('leased');
    expect(alert.judge(1, { owner: 'b', ...at(leaseMs) })).toBe('claimed');
  });

  it('a claim by the owner renews its lease', () => {
    const alert = new Item();
    alert.claim(1);
    expect(alert.claim(1, at(leaseMs / 2))).toBe('claimed');
    expect(alert.judge(1, { owner: 'b', ...at(leaseMs) })).toBe('leased');
  });

  it('a claim that a lease refuses is looked at again within seconds, because the lease may end soon', () => {
    const alert = new Item();
    alert.claim(1);
    expect(judgeClaim(alert.item, request(2, { owner: 'b' }))).toMatchObject({ untilMs: startMs + 5_000 });
    const late = request(2, { owner: 'b', ...at(leaseMs - 1_000) });
    expect(judgeClaim(alert.item, late)).toMatchObject({ untilMs: startMs + leaseMs });
  });

  it('a claim ignores leases and waits of a clock that was ahead and was set back', () => {
    const year = 365 * 86_400_000;
    const leased = new Item();
    leased.claim(1, at(year));
    expect(leased.judge(1, { owner: 'b' })).toBe('claimed');
    expect(new Item().wait(1, 30_000, at(year)).judge(1)).toBe('claimed');
    expect(new Item().wait(1, 30_000, at(year)).judge(2, { receivedMs: startMs - 60_000 })).toBe('claimed');
  });

  it('a claim of an accepted or superseded revision is refused for good', () => {
    const alert = new Item().acknowledge(1).acknowledge(3);
    expect([1, 2, 3].map((revision) => alert.judge(revision))).toEqual(['acknowledged', 'superseded', 'acknowledged']);
    expect([2, 3].map((revision) => alert.judge(revision, { isRedrive: true }))).toEqual([
      'superseded',
      'acknowledged',
    ]);
  });

  it('a revision that was given up can be claimed by a redrive only', () => {
    const alert = new Item().acknowledge(1).giveUp(2);
    expect(alert.judge(2)).toBe('given up');
    expect(alert.judge(2, { isRedrive: true })).toBe('claimed');
    expect(alert.acknowledge(2).item.givenUp).toEqual([]);
    // A redrive would drop the letter of revision 2, so it is not listed any more.
    expect(new Item().giveUp(1).giveUp(2).acknowledge(3).item.givenUp).toEqual([1]);
  });

  it('a claim of a waiting revision is refused until its time, or until its receiver is back', () => {
    const alert = new Item().wait(1, 30_000);
    expect(alert.judge(1, at(29_999))).toBe('waits');
    expect(alert.judge(1, at(30_000))).toBe('claimed');
    expect(alert.judge(1, { ...at(10_000), healthySinceMs: startMs + 5_000 })).toBe('claimed');
  });
});

describe('the first page', () => {
  it('the first page is never superseded, and is accepted once', () => {
    const alert = new Item().wait(1, 1_000).acknowledge(4);
    expect(alert.judge(1, at(1_000))).toBe('claimed');
    alert.acknowledge(1);
    expect(alert.judge(1, at(1_000))).toBe('acknowledged');
    expect(alert.item.acknowledgedRevision).toBe(4);
  });

  it('the first page may be any revision, because a silence may have ended after the first one', () => {
    const alert = new Item().wait(3, 1_000, { firstPageRevision: 3 }).acknowledge(5, { firstPageRevision: 3 });
    expect(alert.judge(3, { firstPageRevision: 3, ...at(1_000) })).toBe('claimed');
  });

  it('a later revision waits for the first page, for two minutes if the receiver is not away', () => {
    const alert = new Item().wait(1, 30_000);
    expect(alert.judge(2)).toBe('first page first');
    const seen = alert.wait(1, 30_000, at(firstPageWaitMs - 1));
    expect(seen.judge(2, at(firstPageWaitMs - 1))).toBe('first page first');
    expect(seen.judge(2, at(firstPageWaitMs))).toBe('claimed');
    const backAtMs = startMs + firstPageWaitMs - 5_000;
    expect(seen.judge(2, { ...at(firstPageWaitMs), healthySinceMs: backAtMs })).toBe('first page first');
  });

  it('the first page is what probes a receiver that is away, however long that lasts', () => {
    const alert = new Item().wait(1, 0, at(3_600_000));
    expect(alert.judge(2, { ...at(3_600_000), isProbe: true })).toBe('first page first');
    expect(alert.judge(1, { ...at(3_600_000), isProbe: true })).toBe('claimed');
  });

  it('no revision waits for a first page that was given up or has left the queue', () => {
    expect(new Item().wait(1, 1_000).giveUp(1).judge(2)).toBe('claimed');
    const lost = new Item().wait(1, 1_000);
    expect(lost.judge(2, { ...at(3_600_000), receivedMs: startMs + 3_600_000 })).toBe('claimed');
  });

  it('the wait for an unknown first page is short, because the receiver may have been added later', () => {
    expect(new Item().judge(5, at(unmetWaitMs - 1))).toBe('first page first');
    expect(new Item().judge(5, at(unmetWaitMs))).toBe('claimed');
    expect(new Item().acknowledge(5).judge(6)).toBe('claimed');
  });

  it('revisions that are read in order do not wait for a first page', () => {
    expect(new Item().judge(5, { firstPageRevision: undefined })).toBe('claimed');
  });
});

describe('what waits', () => {
  it('only the first page and the newest revision wait', () => {
    const alert = new Item();
    for (const revision of [2, 1, 3, 2, 5, 4]) alert.wait(revision, 1_000);
    expect(alert.waiting).toEqual([1, 5]);
    expect(alert.item.waiting[0]).toMatchObject({ tries: 1, reason: 'time-out', sinceMs: startMs });
  });

  it('the newest revision is sent first, and an older one only if that was given up', () => {
    const alert = new Item().acknowledge(1).wait(3, 0);
    expect(alert.judge(2)).toBe('newest first');
    expect(alert.giveUp(3).judge(2)).toBe('claimed');
  });

  it('a revision stops waiting once it or a newer one is accepted, except the first page', () => {
    const alert = new Item().wait(1, 1_000).wait(3, 1_000);
    expect(alert.acknowledge(3).waiting).toEqual([1]);
    expect(alert.acknowledge(1).waiting).toEqual([]);
    expect(new Item().wait(2, 1_000).acknowledge(1).waiting).toEqual([2]);
  });

  it('a revision waits for as long as its receiver requested, even if others are tried meanwhile', () => {
    const alert = new Item().wait(1, 60_000);
    alert.item = waits(alert.item, request(1, at(5_000)), { nextTryMs: startMs + 10_000, reason: 'away' });
    expect(alert.item.waiting[0]!.nextTryMs).toBe(startMs + 60_000);
    expect(alert.judge(1, { ...at(59_999), isProbe: true })).toBe('waits');
    expect(alert.judge(1, { ...at(30_000), healthySinceMs: startMs + 20_000 })).toBe('claimed');
  });

  it('a waiting revision counts its failed attempts and keeps its start, and a mere wait is not counted', () => {
    const alert = new Item().wait(1, 1_000).wait(1, 1_000, at(5_000));
    alert.item = waits(alert.item, request(1, at(9_000)), { nextTryMs: startMs + 10_000, reason: 'away' });
    expect(alert.item.waiting).toEqual([
      { revision: 1, sinceMs: startMs, seenMs: startMs + 9_000, nextTryMs: startMs + 10_000, tries: 2, reason: 'away' },
    ]);
  });

  it('a wait ends the lease of its owner and keeps that of another worker', () => {
    const alert = new Item();
    alert.claim(1, { owner: 'b' });
    expect(alert.wait(1, 0).item.lease?.owner).toBe('b');
    expect(alert.wait(1, 0, { owner: 'b' }).item.lease).toBeUndefined();
  });
});

describe('a look', () => {
  const look = (item: DeliveryItem, revision: number, afterMs = 0) =>
    lookAt(item, request(revision, at(afterMs)), startMs - 5_000);

  it('a look returns the final state of a revision', () => {
    expect(look(new Item().acknowledge(1).item, 1)).toMatchObject({ settled: 'acknowledged' });
    expect(look(new Item().item, 1)).not.toHaveProperty('settled');
  });

  it('a look returns since when a revision has been failing, at first since the queue handed it out', () => {
    expect(look(new Item().item, 1).failingSinceMs).toBe(startMs - 5_000);
    expect(look(new Item().wait(1, 1_000).item, 1, 300_000).failingSinceMs).toBe(startMs);
  });

  it('a look does not count time in which no worker had the message', () => {
    const waiting = new Item().wait(1, 1_000);
    expect(look(waiting.item, 1, 600_000).failingSinceMs).toBe(startMs + 600_000);
    expect(waiting.wait(1, 1_000, at(600_000)).item.waiting[0]!.sinceMs).toBe(startMs + 600_000);
  });
});

it('a revision is settled once it is accepted, superseded or given up', () => {
  const { item } = new Item().acknowledge(3).giveUp(5);
  const settled = [1, 2, 3, 4, 5].map((revision) => settledAs(item, revision, 1));
  expect(settled).toEqual([undefined, 'superseded', 'acknowledged', undefined, 'given up']);
});
