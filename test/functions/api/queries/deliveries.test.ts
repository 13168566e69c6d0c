import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parameterSchemas, readInput } from '../../../../functions/api/parameters.ts';
import { findDeliveries } from '../../../../functions/api/queries/deliveries.ts';
import { sourcesOf } from '../../../../functions/api/sources.ts';
import { attemptWrite } from '../../../../functions/persist/attempt-write.ts';
import { type DeliveryItem, type DeliveryKey, newDelivery } from '../../../../functions/shared/domain/delivery.ts';
import { UnavailableError } from '../../../../functions/shared/domain/errors.ts';
import { settingsSchema } from '../../../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../../../functions/shared/log/layout.ts';
import { systemClock } from '../../../../functions/shared/ports/clock.ts';
import type { Warehouse } from '../../../../functions/shared/ports/warehouse.ts';
import { openStore, type Store } from '../../../../local/sqlite/store.ts';
import { alertOf, startMs } from '../../../support/alerts.ts';
import { attempt } from '../../../support/attempts.ts';

const waiting = (revision: number, sinceMs: number) => ({
  revision,
  sinceMs,
  seenMs: sinceMs,
  nextTryMs: startMs + 90_000,
  tries: 2,
  reason: 'server error',
});

const unsettled: readonly DeliveryItem[] = [
  { ...newDelivery({ receiver: 'chat', alertId: 'late' }), waiting: [waiting(1, startMs + 5)] },
  {
    ...newDelivery({ receiver: 'pager', alertId: 'early' }),
    waiting: [waiting(1, startMs), waiting(4, startMs + 9)],
    givenUp: [2],
  },
];
const settings = settingsSchema.parse({
  receivers: ['chat', 'pager'].map((name) => ({ name, terminal: {} })),
});
const deliveries = { unsettled: async () => unsettled, read: async (key: DeliveryKey) => newDelivery(key) };

let store: Store;
beforeEach(() => {
  store = openStore(':memory:', defaultLayout, systemClock);
});
afterEach(() => store.close());

const list = async (query: Readonly<Record<string, string>> = {}, warehouse: Warehouse = store.warehouse) => {
  const ports = { ...sourcesOf(warehouse), deliveries, settings };
  return (await findDeliveries(readInput(parameterSchemas.deliveries, query), ports)).deliveries;
};

const written = (...bodies: readonly object[]) =>
  store.warehouse.write(bodies.map((body) => attemptWrite(JSON.stringify(body))));

describe('deliveries that are not settled', () => {
  it('deliveries that wait are listed, the longest first, and then those that were given up', async () => {
    expect((await list()).map(({ alertId, revision, state }) => [alertId, revision, state])).toEqual([
      ['early', 1, 'waiting'],
      ['late', 1, 'waiting'],
      ['early', 4, 'waiting'],
      ['early', 2, 'given up'],
    ]);
  });

  it('deliveries to a receiver that was removed from the settings are left out', async () => {
    const one = { receivers: [{ name: 'chat', terminal: {} }] };
    const ports = { ...sourcesOf(store.warehouse), deliveries, settings: settingsSchema.parse(one) };
    const { deliveries: rows } = await findDeliveries(readInput(parameterSchemas.deliveries, {}), ports);
    expect(rows.map(({ receiver }) => receiver)).toEqual(['chat']);
  });

  it('a delivery that waits has its time, reason, number of attempts and next attempt', async () => {
    expect((await list({ state: 'waiting', limit: '1' }))[0]).toEqual({
      receiver: 'pager',
      alertId: 'early',
      revision: 1,
      state: 'waiting',
      sinceMs: startMs,
      reason: 'server error',
      tries: 2,
      nextTryMs: startMs + 90_000,
    });
  });

  it('a delivery that was given up has its time and reason from the warehouse', async () => {
    const alert = alertOf({ id: 'early', revision: 2 });
    await written(attempt({ alert, outcome: 'given up', reason: 'gone', status: 410 }));
    expect(await list({ state: 'given up' })).toEqual([
      {
        receiver: 'pager',
        alertId: 'early',
        revision: 2,
        state: 'given up',
        sinceMs: startMs,
        reason: 'gone',
        answeredStatus: 410,
      },
    ]);
  });

  it('a delivery that waits has the status of the last answer from the warehouse', async () => {
    const alert = alertOf({ id: 'early', revision: 1 });
    const failed = { alert, outcome: 'failed', reason: 'server error', nextTryMs: startMs + 90_000 } as const;
    await written(attempt({ ...failed, status: 503 }));
    expect((await list({ state: 'waiting', limit: '1' }))[0]).toMatchObject({ revision: 1, answeredStatus: 503 });
  });

  it('a delivery that was given up has no reason while the warehouse is unavailable', async () => {
    const away = { ...store.warehouse, search: async () => Promise.reject(new UnavailableError('away')) };
    expect(await list({ state: 'given up' }, away as never)).toEqual([
      { receiver: 'pager', alertId: 'early', revision: 2, state: 'given up' },
    ]);
  });

  it('deliveries are filtered by receiver and alert', async () => {
    expect(await list({ receiver: 'chat' })).toHaveLength(1);
    expect(await list({ alert: 'early', state: 'waiting' })).toHaveLength(2);
    expect(await list({ receiver: 'chat', alert: 'early' })).toEqual([]);
  });
});

describe('the pages of deliveries', () => {
  const page = (query: Readonly<Record<string, string>>) =>
    findDeliveries(readInput(parameterSchemas.deliveries, query), {
      ...sourcesOf(store.warehouse),
      deliveries,
      settings,
    });

  it('contain each once, whatever the limit', async () => {
    const first = await page({ limit: '3' });
    const second = await page({ limit: '3', cursor: first.next! });
    expect([...first.deliveries, ...second.deliveries]).toEqual((await page({})).deliveries);
    expect(second).not.toHaveProperty('next');
  });

  it('of those that were delivered go on by time, also after a newer one', async () => {
    const at = (nth: number) => attempt({ deliveryId: `delivery-${nth}`, startedAtMs: startMs + nth });
    await written(...[0, 1, 2].map(at));
    const first = await page({ state: 'delivered', limit: '2' });
    await written(at(9));
    const second = await page({ state: 'delivered', limit: '2', cursor: first.next! });
    expect([...first.deliveries, ...second.deliveries].map(({ sinceMs }) => sinceMs! - startMs)).toEqual([2, 1, 0]);
    expect(second).not.toHaveProperty('next');
  });
});

describe('deliveries that are settled', () => {
  it('settled deliveries are listed if they are requested, the newest first', async () => {
    await written(attempt(), attempt({ deliveryId: 'delivery-2', startedAtMs: startMs + 1, outcome: 'failed' }));
    await written(attempt({ deliveryId: 'delivery-3', startedAtMs: startMs + 2, receiver: 'chat' }));
    const rows = await list({ state: 'delivered' });
    expect(rows.map(({ receiver, state, sinceMs }) => [receiver, state, sinceMs])).toEqual([
      ['chat', 'delivered', startMs + 2],
      ['pager', 'delivered', startMs],
    ]);
  });
});

describe('a query for deliveries', () => {
  it.each([
    ['state', 'lost'],
    ['limit', '0'],
    ['reciever', 'pager'],
  ])('a query with %s=%s is refused with the name of the field', (name, value) => {
    expect(() => readInput(parameterSchemas.deliveries, { [name]: value })).toThrow(name);
  });
});
