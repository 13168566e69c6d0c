import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { messageBytesMax, topics } from '../../../functions/shared/log/topics.ts';
import { layoutOf, numbered, open, record } from './open-store.ts';

describe('an append', () => {
  it.each([
    ['a topic that is not there', { topic: 'offbeat.none' }],
    ['a partition that is not there', { partition: 1 }],
    ['a negative partition', { partition: -1 }],
  ])('with %s among its records appends none of them', async (_case, parts) => {
    const store = open();
    await expect(store.eventLog.append([...numbered(200), record(parts)])).rejects.toThrow(UnavailableError);
    expect(store.broker.endOffset(topics.beats, 0)).toBe(0);
    expect(store.totals().documents).toBe(0);
    await store.eventLog.append(numbered(1));
    expect(store.broker.read(topics.beats, 0, 0, { recordsMax: 10, bytesMax: 1e6 })).toMatchObject([
      { offset: 0, value: Buffer.from('0') },
    ]);
  });

  it('accepts a value of exactly the largest size', async () => {
    const store = open();
    const value = Buffer.alloc(messageBytesMax[topics.beats], 1);
    expect(await store.eventLog.append([record({ value })])).toEqual([]);
    expect(store.broker.read(topics.beats, 0, 0, { recordsMax: 1, bytesMax: 1 })[0]?.value?.equals(value)).toBe(true);
  });

  it('keeps the append time from going back when the clock does, in each partition separately', async () => {
    const store = open(':memory:', layoutOf({ [topics.beats]: 2 }));
    const timesMs: number[] = [];
    for (const stepMs of [0, 5_000, -10_000, 1_000, 20_000]) {
      store.clock.timeMs += stepMs;
      timesMs.push(store.clock.timeMs);
      await store.eventLog.append([record()]);
    }
    store.clock.timeMs = 1;
    await store.eventLog.append([record({ partition: 1 })]);
    const [start, latest] = [timesMs[0]!, timesMs[1]!];
    const times = store.broker
      .read(topics.beats, 0, 0, { recordsMax: 10, bytesMax: 1e6 })
      .map(({ timestampMs }) => timestampMs);
    expect(times).toEqual([start, latest, latest, latest, timesMs[4]]);
    expect(
      store.broker.read(topics.beats, 1, 0, { recordsMax: 10, bytesMax: 1e6 }).map(({ timestampMs }) => timestampMs),
    ).toEqual([1]);
  });
});

describe('a reader', () => {
  it('gets at most as many records and bytes as it requests, and at least one record', async () => {
    const store = open();
    await store.eventLog.append(['aaaa', 'bbbb', 'cccc', 'dddd'].map((text) => record({ text })));
    const read = (offset: number, recordsMax: number, bytesMax: number) =>
      store.broker.read(topics.beats, 0, offset, { recordsMax, bytesMax }).map(({ value }) => `${value}`);
    expect(read(0, 2, 1e6)).toEqual(['aaaa', 'bbbb']);
    expect(read(0, 10, 8)).toEqual(['aaaa', 'bbbb']);
    expect(read(0, 10, 11)).toEqual(['aaaa', 'bbbb']);
    expect(read(1, 10, 1)).toEqual(['bbbb']);
    expect(read(3, 1, 1e6)).toEqual(['dddd']);
    expect(read(4, 10, 1e6)).toEqual([]);
    expect(read(400, 10, 1e6)).toEqual([]);
  });

  it('gets the same records, however they were appended and in pages of any size', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 2_000 }),
        async (...given) => {
          const [appends, recordsMax, bytesMax] = given;
          const store = open(':memory:', layoutOf({ [topics.beats]: 2 }));
          let count = 0;
          for (const size of appends) {
            const records = numbered(size, count);
            await store.eventLog.append(records.flatMap((each) => [each, { ...each, partition: 1 }]));
            count += size;
          }
          for (const partition of [0, 1]) {
            const found: string[] = [];
            while (found.length < count) {
              const page = store.broker.read(topics.beats, partition, found.length, { recordsMax, bytesMax });
              expect(page.length).toBeGreaterThan(0);
              expect(page.length).toBeLessThanOrEqual(recordsMax);
              expect(page.map(({ offset }) => offset)).toEqual(page.map((_, nth) => found.length + nth));
              found.push(...page.map(({ value }) => `${value}`));
            }
            expect(found).toEqual(Array.from({ length: count }, (_, nth) => `${nth}`));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('may stop early, and later appends and reads work as before', async () => {
    const store = open();
    await store.eventLog.append(numbered(500));
    store.broker.read(topics.beats, 0, 0, { recordsMax: 1, bytesMax: 1 });
    await store.eventLog.append(numbered(1, 500));
    store.broker.commit('normalise', topics.beats, 0, 1);
    expect(
      store.broker.read(topics.beats, 0, 499, { recordsMax: 10, bytesMax: 1e6 }).map(({ value }) => `${value}`),
    ).toEqual(['499', '500']);
  });

  it('cannot read a partition that the layout does not have', () => {
    const { broker } = open();
    expect(() => broker.read('offbeat.none', 0, 0, { recordsMax: 1, bytesMax: 1 })).toThrow(UnavailableError);
    expect(() => broker.endOffset(topics.beats, 1)).toThrow('the layout has no partition offbeat.beats/1');
  });
});

describe('the committed offset', () => {
  it('is 0 before the first commit, and separate for each group and partition', () => {
    const { broker } = open(':memory:', layoutOf({ [topics.samples]: 2 }));
    broker.commit('detect', topics.samples, 1, 7);
    expect(broker.committed('detect', topics.samples, 1)).toBe(7);
    expect(broker.committed('detect', topics.samples, 0)).toBe(0);
    expect(broker.committed('persist', topics.samples, 1)).toBe(0);
  });

  it('is that of the last commit', () => {
    const { broker } = open();
    for (const offset of [5, 9, 3]) broker.commit('normalise', topics.beats, 0, offset);
    expect(broker.committed('normalise', topics.beats, 0)).toBe(3);
  });
});

it('a log without records begins at 0', async () => {
  const store = open();
  expect(await store.eventLog.earliestOffset(topics.alerts, 0)).toBe(0);
  expect(store.broker.endOffset(topics.alerts, 0)).toBe(0);
});
