import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryItem } from '../../functions/shared/domain/delivery.ts';
import type { DeliveryStore } from '../../functions/shared/ports/delivery-store.ts';
import { unique } from './unique.ts';

export interface OpenedDeliveries {
  readonly store: DeliveryStore;
  close?(): Promise<void>;
}

const waiting = { revision: 2, sinceMs: 5, seenMs: 6, nextTryMs: 7, tries: 1, reason: 'time-out' };

/** Defines the tests of what every store of deliveries promises. */
export function describeDeliveries(name: string, open: () => Promise<OpenedDeliveries>): void {
  describe(`the deliveries on ${name}`, () => {
    let opened: OpenedDeliveries;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close?.());

    const newKey = () => ({ receiver: 'hook', alertId: unique('alert') });
    const read = (key: ReturnType<typeof newKey>): Promise<DeliveryItem> =>
      opened.store.changeDelivery(key, (item) => ({ answer: item }));

    it('return an empty item for an alert that was never delivered', async () => {
      const key = newKey();
      expect(await read(key)).toEqual({ ...key, acknowledgedRevision: 0, givenUp: [], waiting: [] });
    });

    it('store every field of a changed item, and return what the change returns', async () => {
      const key = newKey();
      const item: DeliveryItem = {
        ...key,
        acknowledgedRevision: 3,
        firstPage: { revision: 2, acknowledged: false },
        givenUp: [1],
        waiting: [waiting],
        lease: { owner: 'a', untilMs: 9 },
      };
      expect(await opened.store.changeDelivery(key, () => ({ item, answer: 'yes' }))).toBe('yes');
      expect(await read(key)).toEqual(item);
    });

    it('change nothing where a change returns no item, or throws', async () => {
      const key = newKey();
      await opened.store.changeDelivery(key, (item) => ({ item: { ...item, givenUp: [4] }, answer: undefined }));
      const before = await read(key);
      const failing = opened.store.changeDelivery(key, () => {
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await read(key)).toEqual(before);
    });

    it('apply simultaneous changes one after another', async () => {
      const key = newKey();
      const raise = () =>
        opened.store.changeDelivery(key, (item) => ({
          item: { ...item, acknowledgedRevision: item.acknowledgedRevision + 1 },
          answer: item.acknowledgedRevision,
        }));
      const answers = await Promise.all(Array.from({ length: 20 }, raise));
      expect(answers.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, nth) => nth));
    });

    it('have one item for each receiver and each alert', async () => {
      const key = newKey();
      const others = [{ ...key, receiver: 'terminal' }, newKey()];
      await opened.store.changeDelivery(key, (item) => ({ item: { ...item, givenUp: [1] }, answer: undefined }));
      for (const other of others) expect((await read(other)).givenUp).toEqual([]);
    });

    it('return one record for each receiver, in the order of the request', async () => {
      const [one, two] = [unique('pager'), unique('pager')];
      const failing = { failures: 2, failingSinceMs: 5, lastTryMs: 6, reason: 'throttled', healthySinceMs: 4 };
      await opened.store.changeReceiver(one, (record) => ({ item: { ...record, ...failing }, answer: undefined }));
      expect(await opened.store.receivers([two, one])).toEqual([
        { receiver: two, failures: 0, healthySinceMs: 0 },
        { receiver: one, ...failing },
      ]);
    });

    it('list what waits or was given up, up to the requested number', async () => {
      const [waits, gaveUp, isDone] = [newKey(), newKey(), newKey()];
      const put = (key: ReturnType<typeof newKey>, parts: Partial<DeliveryItem>) =>
        opened.store.changeDelivery(key, (item) => ({ item: { ...item, ...parts }, answer: undefined }));
      await put(waits, { waiting: [waiting] });
      await put(gaveUp, { givenUp: [1] });
      await put(isDone, { waiting: [waiting] });
      await put(isDone, { waiting: [], acknowledgedRevision: 2 });
      const listed = (await opened.store.unsettled(1_000)).map(({ alertId }) => alertId);
      expect(listed).toEqual(expect.arrayContaining([waits.alertId, gaveUp.alertId]));
      expect(listed).not.toContain(isDone.alertId);
      expect(await opened.store.unsettled(1)).toHaveLength(1);
    });
  });
}
