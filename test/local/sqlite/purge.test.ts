import { describe, expect, it } from 'vitest';
import { header } from '../../../functions/shared/log/record.ts';
import { type Topic, topics } from '../../../functions/shared/log/topics.ts';
import type { Family } from '../../../functions/shared/ports/warehouse.ts';
import { replaysMax } from '../../../local/sqlite/purge.ts';
import type { Store } from '../../../local/sqlite/store.ts';
import type { ManualClock } from '../memory-broker.ts';
import { layoutOf, newPath, numbered, open, record } from './open-store.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

async function append(store: Store, topic: Topic, count: number, partition = 0): Promise<void> {
  await store.eventLog.append(numbered(count).map((each) => ({ ...each, topic, partition })));
}

/** The offsets of all records of a partition. */
const heldIn = (store: Store, topic: Topic, partition = 0): number[] =>
  store.broker.read(topic, partition, 0, { recordsMax: 100_000, bytesMax: 1e9 }).map(({ offset }) => offset);

async function purgeAfter(store: Store & { clock: ManualClock }, ms: number): Promise<void> {
  store.clock.timeMs += ms;
  await store.purge();
}

describe('a purge of the log', () => {
  it.each([
    [topics.beats, dayMs],
    [topics.samples, dayMs],
    [topics.summaries, dayMs],
    [topics.signals, 7 * dayMs],
    [topics.alerts, 30 * dayMs],
    [topics.deadLetters, 14 * dayMs],
  ])('keeps %s for %i ms, however soon they were read', async (topic, keptMs) => {
    const store = open();
    await append(store, topic, 3);
    store.broker.commit('reader', topic, 0, 3);
    await purgeAfter(store, keptMs - 1);
    expect(heldIn(store, topic)).toEqual([0, 1, 2]);
    await purgeAfter(store, 1);
    expect(heldIn(store, topic)).toEqual([]);
  });

  it('keeps records that one of its groups has not read, however old they are', async () => {
    const store = open();
    for (let batch = 0; batch < 3; batch += 1) await append(store, topics.samples, 10);
    store.broker.commit('detect', topics.samples, 0, 30);
    store.broker.commit('persist', topics.samples, 0, 20);
    await purgeAfter(store, 100 * dayMs);
    expect(heldIn(store, topics.samples)).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
    expect(await store.eventLog.earliestOffset(topics.samples, 0)).toBe(20);
  });

  it('keeps a partition that a group of the topic has not begun to read', async () => {
    const store = open(':memory:', layoutOf({ [topics.samples]: 2 }));
    await append(store, topics.samples, 3, 0);
    await append(store, topics.samples, 3, 1);
    store.broker.commit('detect', topics.samples, 0, 3);
    await purgeAfter(store, 100 * dayMs);
    expect(heldIn(store, topics.samples, 0)).toEqual([]);
    expect(heldIn(store, topics.samples, 1)).toEqual([0, 1, 2]);
  });

  it('deletes dead letters, which no group reads, by their age only', async () => {
    const store = open();
    await append(store, topics.deadLetters, 3);
    await purgeAfter(store, 14 * dayMs);
    expect(heldIn(store, topics.deadLetters)).toEqual([]);
  });

  it('deletes old records, keeps young ones, and continues the offsets', async () => {
    const store = open(newPath());
    await append(store, topics.beats, 300);
    store.clock.timeMs += 20 * hourMs;
    await append(store, topics.beats, 5);
    store.broker.commit('normalise', topics.beats, 0, 305);
    await purgeAfter(store, 4 * hourMs);
    expect(heldIn(store, topics.beats)).toEqual([300, 301, 302, 303, 304]);
    expect(store.broker.read(topics.beats, 0, 7, { recordsMax: 1, bytesMax: 1e6 })).toMatchObject([{ offset: 300 }]);
    await purgeAfter(store, dayMs);
    expect(heldIn(store, topics.beats)).toEqual([]);
    expect(await store.eventLog.earliestOffset(topics.beats, 0)).toBe(305);
    await append(store, topics.beats, 1);
    expect(heldIn(store, topics.beats)).toEqual([305]);
  });

  it('changes no other partition', async () => {
    const store = open(':memory:', layoutOf({ [topics.beats]: 3 }));
    for (const partition of [0, 1, 2]) {
      await append(store, topics.beats, 3, partition);
      store.broker.commit('normalise', topics.beats, partition, partition === 1 ? 3 : 0);
    }
    await purgeAfter(store, dayMs);
    expect([0, 1, 2].map((partition) => heldIn(store, topics.beats, partition).length)).toEqual([3, 0, 3]);
  });

  it('of an empty log changes nothing', async () => {
    const store = open();
    await purgeAfter(store, dayMs);
    expect(store.totals()).toMatchObject({ documents: 0 });
  });
});

describe('a purge of the warehouse', () => {
  const write = (store: Store, family: Family, id: string, parts: Readonly<Record<string, unknown>> = {}) =>
    store.warehouse.write([
      { family, id, timeMs: 0, document: { '@timestamp': '2020-01-01T00:00:00.000Z', id, ...parts } },
    ]);

  const idsIn = async (store: Store, family: Family) =>
    (await store.warehouse.search({ family, order: 'oldest first', limit: 100 })).map(({ id }) => id);

  it.each<[Family, number]>([
    ['offbeat-samples', 2 * dayMs],
    ['offbeat-summaries', 30 * dayMs],
    ['offbeat-deliveries', 90 * dayMs],
    ['offbeat-summaries-1h', 396 * dayMs],
    ['offbeat-anomalies', 392 * dayMs],
    ['offbeat-alerts', 396 * dayMs],
    ['offbeat-silences', 396 * dayMs],
  ])('keeps %s for %i ms from when they were written, whatever time they are of', async (family, keptMs) => {
    const store = open();
    await write(store, family, 'first');
    await write(store, family, 'replayed', { 'offbeat.scope': 'recorded' });
    store.clock.timeMs += 1;
    await write(store, family, 'second');
    await purgeAfter(store, keptMs - 2);
    expect(await idsIn(store, family)).toEqual(['first', 'replayed', 'second']);
    await purgeAfter(store, 1);
    expect(await idsIn(store, family)).toEqual(['second']);
    await purgeAfter(store, 1);
    expect(await idsIn(store, family)).toEqual([]);
    await write(store, family, 'third');
    expect(await idsIn(store, family)).toEqual(['third']);
  });

  it('keeps the inventory, which another function cleans', async () => {
    const store = open();
    await write(store, 'offbeat-inventory', 'old');
    await purgeAfter(store, 1_000 * dayMs);
    expect(await idsIn(store, 'offbeat-inventory')).toEqual(['old']);
  });

  it('counts from the time at which a clock was corrected, and deletes nothing too soon', async () => {
    const store = open();
    await write(store, 'offbeat-samples', 'before');
    store.clock.timeMs -= hourMs;
    await write(store, 'offbeat-samples', 'after');
    await purgeAfter(store, 2 * dayMs);
    expect(await idsIn(store, 'offbeat-samples')).toEqual(['before', 'after']);
    await purgeAfter(store, hourMs);
    expect(await idsIn(store, 'offbeat-samples')).toEqual([]);
  });
});

it('documents that were purged stay counted', async () => {
  const store = open();
  await store.eventLog.append([
    record(),
    record({ topic: topics.deadLetters, headers: { [header.position]: 'a 0 0 0' } }),
  ]);
  store.broker.commit('normalise', topics.beats, 0, 1);
  const document = { '@timestamp': '2026-01-01T00:00:00.000Z', 'system.load.1': 1 };
  const families = ['offbeat-samples', 'offbeat-anomalies', 'offbeat-alerts'] as const;
  await store.warehouse.write(families.map((family) => ({ family, id: 'a', timeMs: 0, document })));
  const totals = store.totals();
  await purgeAfter(store, 1_000 * dayMs);
  expect(heldIn(store, topics.beats)).toEqual([]);
  expect(await store.warehouse.count('offbeat-samples')).toBe(0);
  expect(store.totals()).toEqual(totals);
  expect(totals).toEqual({ documents: 1, samples: 1, series: 1, anomalies: 1, alerts: 1, deadLetters: 1 });
});

describe('a purge of the other tables', () => {
  it('deletes a message that was given up 14 days ago', async () => {
    const store = open();
    await store.queue.deadLetter('body', 'given up');
    await purgeAfter(store, 14 * dayMs - 1);
    expect(store.queue.deadLetters()).toHaveLength(1);
    await purgeAfter(store, 1);
    expect(store.queue.deadLetters()).toEqual([]);
  });

  it('keeps the 1,000 replays that began last', async () => {
    const store = open();
    for (let nth = 0; nth < replaysMax + 2; nth += 1) {
      await store.replays.append([], { hash: `${nth}`, cluster: 'c', startedMs: nth, lastLine: 1, done: true });
    }
    await store.purge();
    const known = [0, 1, 2, replaysMax + 1].map((nth) => store.replays.progress(`${nth}`) !== undefined);
    expect(known).toEqual([false, false, true, true]);
  });

  it('deletes the record of a receiver that has no deliveries left', async () => {
    const store = open();
    const failed = (receiver: string) =>
      store.deliveryStore.changeReceiver(receiver, (record) => ({
        item: { ...record, failures: 3 },
        answer: undefined,
      }));
    await Promise.all(['pager', 'gone'].map(failed));
    await store.deliveryStore.changeDelivery({ receiver: 'pager', alertId: 'a' }, (item) => ({
      item,
      answer: undefined,
    }));
    await store.purge();
    const records = await store.receivers.records(['pager', 'gone']);
    expect(records.map(({ failures }) => failures)).toEqual([3, 0]);
  });
});
