import { describe, expect, it } from 'vitest';
import type { Tried } from '../../../functions/notify/attempts.ts';
import type { Channel, Delivery } from '../../../functions/notify/channel.ts';
import { deliver, type MessageInHand } from '../../../functions/notify/deliver.ts';
import type { AttemptOutcome } from '../../../functions/notify/outcome.ts';
import { RequestFailedError } from '../../../functions/shared/adapters/http/errors.ts';
import { deliveriesOver, receiversOver } from '../../../functions/shared/adapters/stored-deliveries.ts';
import type { ClaimRequest, DeliveryItem, Held } from '../../../functions/shared/domain/delivery.ts';
import { deliveryId } from '../../../functions/shared/domain/ids.ts';
import type { Deliveries } from '../../../functions/shared/ports/deliveries.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { ManualClock } from '../../local/memory-broker.ts';
import { alertOf, envelope } from '../../support/alerts.ts';
import { MemoryDeliveries, MemoryQueue } from '../../support/memory-deliveries.ts';

const timeoutMs = 15_000;
const transition = 'k3Jd82hLmQ0vTnXyRz5cWb7pAe:1';
const key = { receiver: 'pager', alertId: alertOf().id };

/** The parts of one delivery, with every claim and send noted down. */
class Bench {
  readonly clock = new ManualClock();
  readonly table = new MemoryDeliveries();
  readonly deliveries = deliveriesOver(this.table);
  readonly claims: ClaimRequest[] = [];
  readonly queue = new MemoryQueue(() => this.clock.nowMs());
  readonly lines: string[] = [];
  readonly telemetry = new MemoryTelemetry((line) => this.lines.push(line));
  readonly sent: Delivery[] = [];
  readonly reported: Tried[] = [];
  readonly #outcome: () => Promise<AttemptOutcome>;

  constructor(outcome: () => Promise<AttemptOutcome> = async () => ({ kind: 'delivered' })) {
    this.#outcome = outcome;
  }

  deliver(parts: Partial<MessageInHand> = {}): Promise<number | undefined> {
    const channel: Channel = {
      timeoutMs,
      send: (delivery) => {
        this.sent.push(delivery);
        return this.#outcome();
      },
    };
    const turn: MessageInHand = {
      message: { alert: alertOf() },
      body: envelope(alertOf()),
      receivedMs: this.clock.nowMs(),
      owner: 'me',
      signal: new AbortController().signal,
      remainingMs: () => 50_000,
      ...parts,
    };
    const { queue, telemetry, clock } = this;
    const deliveries: Deliveries = {
      ...this.deliveries,
      claim: (key, request) => {
        this.claims.push(request);
        return this.deliveries.claim(key, request);
      },
    };
    const receivers = receiversOver(this.table);
    const reports = { report: (tried: Tried) => this.reported.push(tried), settled: async () => {} };
    return deliver('pager', channel, turn, { deliveries, receivers, queue, telemetry, clock, reports });
  }

  get item(): DeliveryItem {
    return this.table.item(key);
  }

  /** A request as another worker, or an earlier attempt, would make it. */
  get held(): Held {
    return { revision: 1, firstPageRevision: 1, owner: 'other', nowMs: this.clock.nowMs() };
  }

  counted(outcome: string): number | undefined {
    return this.telemetry.counts()[`deliveries{outcome=${outcome},receiver=pager}`];
  }
}

describe('a delivery', () => {
  it('a delivery is claimed, sent under its id with the signal of its invocation, and recorded', async () => {
    const bench = new Bench();
    const { signal } = new AbortController();
    expect(await bench.deliver({ signal })).toBeUndefined();
    expect(bench.sent).toEqual([{ alert: alertOf(), id: deliveryId(transition, 'pager'), signal }]);
    expect(bench.sent[0]?.signal).toBe(signal);
    expect(bench.item).toEqual({
      ...key,
      acknowledgedRevision: 1,
      firstPage: { revision: 1, acknowledged: true },
      givenUp: [],
      waiting: [],
    });
    expect(bench.counted('delivered')).toBe(1);
  });

  it("the lease of a delivery outlasts the rest of the function's time", async () => {
    const bench = new Bench();
    await bench.deliver({ remainingMs: () => 33_000 });
    expect(bench.claims).toHaveLength(1);
    expect(bench.claims[0]).toMatchObject({ owner: 'me', revision: 1, nowMs: bench.clock.nowMs() });
    expect(bench.claims[0]?.leaseMs).toBeGreaterThan(33_000);
    expect(bench.claims[0]?.isRedrive).toBe(false);
  });

  it('a delivery begins only if its time-out and two seconds for its record are left', async () => {
    const late = new Bench();
    expect(await late.deliver({ remainingMs: () => timeoutMs + 1_999 })).toBe(0);
    expect([late.claims, late.sent]).toEqual([[], []]);
    expect(late.counted('no time left')).toBe(1);
    const onTime = new Bench();
    await onTime.deliver({ remainingMs: () => timeoutMs + 2_000 });
    expect(onTime.sent).toHaveLength(1);
  });

  it('a delivery that another worker has in hand is not sent, and is looked at again within seconds', async () => {
    const bench = new Bench();
    const lease = { leaseMs: 8_000, receivedMs: bench.clock.nowMs(), healthySinceMs: 0 };
    await bench.deliveries.claim(key, { ...bench.held, ...lease });
    expect(await bench.deliver()).toBe(5_000);
    bench.clock.timeMs += 7_999;
    expect(await bench.deliver()).toBe(1_000);
    expect(bench.sent).toEqual([]);
    bench.clock.timeMs += 1;
    expect(await bench.deliver()).toBeUndefined();
    expect(bench.sent).toHaveLength(1);
  });

  it('a redriven delivery may be claimed after it was given up, and has a new id', async () => {
    const bench = new Bench();
    await bench.deliveries.giveUp(key, bench.held);
    expect(await bench.deliver()).toBeUndefined();
    expect(bench.sent).toEqual([]);
    await bench.deliver({ message: { alert: alertOf(), redrive: { receiver: 'pager', count: 2 } } });
    expect(bench.sent.map(({ id }) => id)).toEqual([deliveryId(transition, 'pager', 2)]);
    expect(bench.claims.map(({ isRedrive }) => isRedrive)).toEqual([true]);
  });
});

describe('a delivery that fails', () => {
  it('a delivery that failed waits, so that the message is not sent if it comes back sooner', async () => {
    const bench = new Bench(async () => ({ kind: 'failed', reason: 'throttled', retryAfterMs: 50_000 }));
    const receivedMs = bench.clock.nowMs();
    expect(await bench.deliver({ receivedMs })).toBe(50_000);
    const nextTryMs = receivedMs + 50_000;
    expect(bench.item.waiting).toEqual([
      { revision: 1, sinceMs: receivedMs, seenMs: receivedMs, nextTryMs, tries: 1, reason: 'throttled' },
    ]);
    bench.clock.timeMs += 40_000;
    expect(await bench.deliver({ owner: 'another', receivedMs })).toBe(10_000);
    bench.clock.timeMs += 10_000;
    await bench.deliver({ owner: 'another', receivedMs });
    expect(bench.sent).toHaveLength(2);
  });

  it('a delivery that failed waits for a minute at most, even if Retry-After is longer', async () => {
    const bench = new Bench(async () => ({ kind: 'failed', reason: 'throttled', retryAfterMs: 3_600_000 }));
    expect(await bench.deliver()).toBe(60_000);
  });

  it('a redriven delivery that failed waits too', async () => {
    const bench = new Bench(async () => ({ kind: 'failed', reason: 'throttled', retryAfterMs: 50_000 }));
    await bench.deliveries.giveUp(key, bench.held);
    const message = { alert: alertOf(), redrive: { receiver: 'pager', count: 1 } };
    expect(await bench.deliver({ message })).toBe(50_000);
    expect(await bench.deliver({ message, owner: 'another' })).toBe(50_000);
    expect(bench.sent).toHaveLength(1);
  });

  it('a delivery waits longer after every failure', async () => {
    const bench = new Bench(async () => ({ kind: 'failed', reason: 'server error' }));
    const waits: (number | undefined)[] = [];
    const receivedMs = bench.clock.nowMs();
    for (let tries = 0; tries < 7; tries += 1) {
      const waitMs = await bench.deliver({ receivedMs });
      waits.push(waitMs);
      bench.clock.timeMs += waitMs ?? 0;
    }
    expect(waits).toEqual([2_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('a delivery whose channel throws is named by its reason, and logged without its content', async () => {
    const bench = new Bench(() =>
      Promise.reject(new RequestFailedError('time-out', 'https://pager.example: no answer')),
    );
    expect(await bench.deliver()).toBe(2_000);
    expect(bench.counted('failed')).toBe(1);
    expect(bench.lines).toHaveLength(1);
    expect(bench.lines[0]).toContain('"reason":"time-out"');
    expect(bench.lines[0]).not.toContain(alertOf().headline);
  });

  it('a delivery waits for a receiver that is away, and is not given up without an attempt of its own', async () => {
    const bench = new Bench();
    const receivers = receiversOver(bench.table);
    const nowMs = bench.clock.nowMs();
    for (let nth = 0; nth < 3; nth += 1) await receivers.failed('pager', { owner: 'other', nowMs }, 'time-out');
    // A minute after the last try it has been waiting for a day.
    const receivedMs = nowMs + 60_000 - 24 * 3_600_000;
    await bench.deliveries.acknowledge(key, bench.held);
    bench.clock.timeMs += 60_000;
    expect(await bench.deliver({ receivedMs })).toBeUndefined();
    expect(bench.queue.deadLetters).toEqual([]);
    const message = { alert: alertOf({ revision: 2 }) };
    expect(await bench.deliver({ receivedMs, message })).toBeGreaterThan(0);
    expect(bench.queue.deadLetters).toEqual([]);
    expect(bench.sent).toEqual([]);
  });

  it('a delivery is a dead letter before it is recorded as given up', async () => {
    const bench = new Bench(async () => ({ kind: 'refused', reason: 'gone' }));
    expect(await bench.deliver()).toBeUndefined();
    expect(bench.queue.deadLetters).toEqual([
      { body: envelope(alertOf(), { redrive: { receiver: 'pager', count: 1 } }), reason: 'pager: gone' },
    ]);
    expect(bench.item).toMatchObject({ givenUp: [1], acknowledgedRevision: 0 });
    expect(bench.item.lease).toBeUndefined();
    expect(bench.counted('refused')).toBe(1);
  });
});
