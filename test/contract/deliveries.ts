import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Claim, type Deliveries, type DeliveryItem, nobody } from '../../functions/shared/ports/deliveries.ts';
import { unique } from './unique.ts';

export interface OpenedDeliveries {
  readonly deliveries: Deliveries;
  close?(): Promise<void>;
}

const leaseMs = 60_000;
const startMs = Date.parse('2026-11-23T15:00:00Z');

/** What every delivery table promises. */
export function describeDeliveries(name: string, open: () => Promise<OpenedDeliveries>): void {
  describe(`the delivery items on ${name}`, () => {
    let opened: OpenedDeliveries;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close?.());

    const newDelivery = () => new Delivery(opened.deliveries, 'hook', unique('alert'));

    describe('a claim', () => {
      it('takes the lease of an alert never told of', async () => {
        expect(await newDelivery().claim(1)).toBe('claimed');
      });

      it('is refused to others until the lease ends', async () => {
        const delivery = newDelivery();
        await delivery.claim(1, { owner: 'a' });
        expect(await delivery.claim(1, { owner: 'b', afterMs: leaseMs - 1 })).toBe('leased');
        expect(await delivery.claim(2, { owner: 'b', afterMs: leaseMs - 1 })).toBe('leased');
        expect(await delivery.claim(1, { owner: 'b', afterMs: leaseMs })).toBe('claimed');
        expect(await delivery.claim(1, { owner: 'a', afterMs: leaseMs })).toBe('leased');
      });

      it('renews the lease of who holds it', async () => {
        const delivery = newDelivery();
        await delivery.claim(1, { owner: 'a' });
        expect(await delivery.claim(1, { owner: 'a', afterMs: leaseMs / 2 })).toBe('claimed');
        expect(await delivery.claim(1, { owner: 'b', afterMs: leaseMs })).toBe('leased');
        expect(await delivery.claim(1, { owner: 'b', afterMs: 1.5 * leaseMs })).toBe('claimed');
      });

      it('is won by one of several that come at once', async () => {
        const delivery = newDelivery();
        const claims = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => delivery.claim(1, { owner })));
        expect(claims.sort()).toEqual(['claimed', 'leased', 'leased', 'leased']);
      });

      it('is one for each receiver and each alert', async () => {
        const { deliveries } = opened;
        const alert = unique('alert');
        await new Delivery(deliveries, 'hook', alert).claim(1, { owner: 'a' });
        expect(await new Delivery(deliveries, 'terminal', alert).claim(1, { owner: 'b' })).toBe('claimed');
        expect(await new Delivery(deliveries, 'hook', unique('alert')).claim(1, { owner: 'b' })).toBe('claimed');
      });
    });

    describe('an acknowledged revision', () => {
      it('is never claimed again, by nobody, and an older one neither', async () => {
        const delivery = newDelivery();
        await delivery.claim(2);
        await delivery.acknowledge(2);
        expect(await delivery.claim(2, { owner: 'b' })).toBe('acknowledged');
        expect(await delivery.claim(1, { owner: 'b' })).toBe('superseded');
        expect(await delivery.claim(2, { evenIfGivenUp: true })).toBe('acknowledged');
        expect(await delivery.claim(1, { evenIfGivenUp: true })).toBe('superseded');
        expect(await delivery.item()).toMatchObject({ acknowledgedRevision: 2 });
      });

      it('ends the lease for the next one', async () => {
        const delivery = newDelivery();
        await delivery.claim(1, { owner: 'a' });
        await delivery.acknowledge(1, 'a');
        expect(await delivery.claim(2, { owner: 'b' })).toBe('claimed');
      });

      it('is told as such though another worker holds the lease', async () => {
        const delivery = newDelivery();
        await delivery.claim(1);
        await delivery.acknowledge(1);
        await delivery.claim(2, { owner: 'b' });
        expect(await delivery.claim(1, { owner: 'c' })).toBe('acknowledged');
      });

      it('does not go back when a lower one is acknowledged late', async () => {
        const delivery = newDelivery();
        await delivery.claim(1, { owner: 'a' });
        await delivery.claim(2, { owner: 'b', afterMs: leaseMs });
        await delivery.acknowledge(2, 'b');
        await delivery.acknowledge(1, 'a');
        expect(await delivery.item()).toMatchObject({ acknowledgedRevision: 2 });
      });

      it('counts though its sender lost the lease meanwhile, and leaves the lease to who has it', async () => {
        const delivery = newDelivery();
        await delivery.claim(1, { owner: 'slow' });
        await delivery.claim(2, { owner: 'b', afterMs: leaseMs });
        await delivery.acknowledge(1, 'slow');
        expect(await delivery.item()).toMatchObject({ acknowledgedRevision: 1 });
        expect(await delivery.claim(2, { owner: 'c', afterMs: leaseMs })).toBe('leased');
      });
    });

    describe('a failed try', () => {
      it('ends the lease and is counted', async () => {
        const delivery = newDelivery();
        await delivery.claim(1, { owner: 'a' });
        expect(await delivery.release('a')).toBe(1);
        expect(await delivery.claim(1, { owner: 'b' })).toBe('claimed');
        expect(await delivery.release('b')).toBe(2);
        expect(await delivery.item()).toMatchObject({ attempts: 2, acknowledgedRevision: 0 });
      });

      it('of a newer revision counts from one again', async () => {
        const delivery = newDelivery();
        await delivery.fail(1);
        await delivery.fail(1);
        await delivery.claim(2);
        expect(await delivery.item()).toMatchObject({ attempts: 0 });
        expect(await delivery.release()).toBe(1);
      });

      it('of an older revision counts with those of the newest, so that two that fail in turn come to an end', async () => {
        const delivery = newDelivery();
        const counts = [];
        for (const revision of [1, 2, 1, 2, 1]) counts.push(await delivery.fail(revision));
        expect(counts).toEqual([1, 1, 2, 3, 4]);
      });

      it('leaves the lease to another worker that has it by now', async () => {
        const delivery = newDelivery();
        await delivery.claim(1, { owner: 'slow' });
        await delivery.claim(1, { owner: 'b', afterMs: leaseMs });
        await delivery.release('slow');
        expect(await delivery.claim(1, { owner: 'c', afterMs: leaseMs })).toBe('leased');
      });

      it('can be waited out by a lease of nobody, which counts nothing', async () => {
        const delivery = newDelivery();
        await delivery.fail(1);
        await delivery.claim(1, { owner: nobody });
        expect(await delivery.claim(1, { owner: 'b', afterMs: 1_000 })).toBe('leased');
        expect(await delivery.claim(1, { owner: 'b', afterMs: leaseMs })).toBe('claimed');
        expect(await delivery.release('b')).toBe(2);
      });
    });

    describe('a revision that was given up', () => {
      it('is claimed by nothing but a redrive', async () => {
        const delivery = newDelivery();
        await delivery.claim(1);
        await delivery.giveUp(1);
        expect(await delivery.claim(1, { owner: 'b' })).toBe('given up');
        expect(await delivery.item()).toMatchObject({ givenUpRevision: 1, acknowledgedRevision: 0 });
        expect(await delivery.claim(1, { owner: 'b', evenIfGivenUp: true })).toBe('claimed');
      });

      it('stays given up when a newer one is given up too', async () => {
        const delivery = newDelivery();
        for (const revision of [1, 2]) {
          await delivery.claim(revision);
          await delivery.giveUp(revision);
        }
        expect([await delivery.claim(1), await delivery.claim(2)]).toEqual(['given up', 'given up']);
      });

      it('ends the lease, and keeps no newer one from being sent', async () => {
        const delivery = newDelivery();
        await delivery.claim(1, { owner: 'a' });
        await delivery.giveUp(1, 'a');
        expect(await delivery.claim(2, { owner: 'b' })).toBe('claimed');
      });

      it('waits for nothing that only waits, once it is a newer one', async () => {
        const delivery = newDelivery();
        await delivery.fail(1);
        await delivery.claim(1, { owner: nobody });
        expect(await delivery.claim(1, { owner: 'a' })).toBe('leased');
        expect(await delivery.claim(2, { owner: 'a' })).toBe('claimed');
        expect(await delivery.claim(3, { owner: 'b' })).toBe('leased');
      });

      it('keeps no older one from being sent that never became a dead letter', async () => {
        const delivery = newDelivery();
        await delivery.fail(1);
        await delivery.claim(2);
        await delivery.giveUp(2);
        expect(await delivery.claim(1)).toBe('claimed');
      });

      it('does not go back when a lower one is given up late', async () => {
        const delivery = newDelivery();
        await delivery.claim(2);
        await delivery.giveUp(2);
        await delivery.claim(1);
        await delivery.giveUp(1);
        expect(await delivery.item()).toMatchObject({ givenUpRevision: 2 });
      });

      it('is not sent by a redrive either once a newer one went out', async () => {
        const delivery = newDelivery();
        await delivery.claim(1);
        await delivery.giveUp(1);
        await delivery.claim(2);
        await delivery.acknowledge(2);
        expect(await delivery.claim(1, { evenIfGivenUp: true })).toBe('superseded');
      });

      it('is leased to one redrive at a time', async () => {
        const delivery = newDelivery();
        await delivery.claim(1);
        await delivery.giveUp(1);
        await delivery.claim(1, { owner: 'a', evenIfGivenUp: true });
        expect(await delivery.claim(1, { owner: 'b', evenIfGivenUp: true })).toBe('leased');
        await delivery.acknowledge(1, 'a');
        expect(await delivery.claim(1, { owner: 'b', evenIfGivenUp: true })).toBe('acknowledged');
      });
    });

    it('lists every item once, with what is known of it', async () => {
      const delivery = newDelivery();
      await delivery.claim(1);
      await delivery.acknowledge(1);
      await delivery.fail(2);
      await delivery.claim(2);
      await delivery.giveUp(2);
      expect(await delivery.items()).toEqual([
        { receiver: 'hook', alertId: delivery.alertId, acknowledgedRevision: 1, givenUpRevision: 2, attempts: 1 },
      ]);
    });
  });
}

interface ClaimOptions {
  readonly owner?: string;
  readonly afterMs?: number;
  readonly evenIfGivenUp?: boolean;
}

/** The messages of one alert to one receiver; `me` does what no other worker is named for. */
class Delivery {
  readonly alertId: string;
  readonly #deliveries: Deliveries;
  readonly #receiver: string;

  constructor(deliveries: Deliveries, receiver: string, alertId: string) {
    this.#deliveries = deliveries;
    this.#receiver = receiver;
    this.alertId = alertId;
  }

  claim(revision: number, { owner = 'me', afterMs = 0, ...redrive }: ClaimOptions = {}): Promise<Claim> {
    const key = { receiver: this.#receiver, alertId: this.alertId };
    return this.#deliveries.claim({ ...key, revision, owner, nowMs: startMs + afterMs, leaseMs, ...redrive });
  }

  acknowledge(revision: number, owner = 'me'): Promise<void> {
    return this.#deliveries.acknowledge(this.#receiver, this.alertId, revision, owner);
  }

  giveUp(revision: number, owner = 'me'): Promise<void> {
    return this.#deliveries.giveUp(this.#receiver, this.alertId, revision, owner);
  }

  release(owner = 'me'): Promise<number> {
    return this.#deliveries.release(this.#receiver, this.alertId, owner);
  }

  /** A whole try that fails. @returns failed tries so far */
  async fail(revision: number): Promise<number> {
    expect(await this.claim(revision)).toBe('claimed');
    return this.release();
  }

  async items(): Promise<DeliveryItem[]> {
    return (await this.#deliveries.list()).filter(({ alertId }) => alertId === this.alertId);
  }

  async item(): Promise<DeliveryItem | undefined> {
    return (await this.items()).find(({ receiver }) => receiver === this.#receiver);
  }
}
