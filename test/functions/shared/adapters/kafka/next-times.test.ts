import { createRecordsBatch } from '@platformatic/kafka';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  type AskedOffset,
  type FoundTime,
  nextTimeOf,
  timeOf,
} from '../../../../../functions/shared/adapters/kafka/fetch-times.ts';
import { timesOf } from '../../../../../functions/shared/adapters/kafka/next-times.ts';

const batch = (timestamps: readonly number[]): Buffer =>
  createRecordsBatch(
    timestamps.map((timestamp) => ({ topic: 't', value: Buffer.from('x'), timestamp: BigInt(timestamp) })),
    { timestamp: 0 } as never,
  ).buffer as unknown as Buffer;

describe('the time of a batch', () => {
  it('is that of its newest message', () => {
    expect(timeOf(batch([1_700_000_000_000, 1_700_000_000_250]))).toBe(1_700_000_000_250);
  });

  it('is unknown for a batch that is cut, and for one of before Kafka 0.11', () => {
    const whole = batch([1_700_000_000_000]);
    expect(timeOf(whole.subarray(0, 42))).toBeUndefined();
    const old = Buffer.from(whole);
    old[16] = 1;
    expect(timeOf(old)).toBeUndefined();
  });

  it('of any bytes is a time or unknown', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => (timeOf(bytes) ?? 0) >= 0));
  });
});

/** Returns the batch of the marker of a transaction. */
function marker(offset: number): Buffer {
  const bytes = Buffer.from(batch([1_700_000_000_000]));
  bytes.writeBigInt64BE(BigInt(offset), 0);
  bytes.writeInt16BE(0b11_0000, 21);
  return bytes;
}

describe('the time of the next message', () => {
  const end = 100;

  it('is not that of the markers of transactions before it', () => {
    const records = Buffer.concat([marker(97), marker(98), batch([1_700_000_000_500])]);
    expect(nextTimeOf(records, end)).toBe(1_700_000_000_500);
  });

  it('is none where only markers are left, and unknown where the broker sent no more', () => {
    expect(nextTimeOf(Buffer.concat([marker(98), marker(99)]), end)).toBe('none');
    expect(nextTimeOf(marker(98), end)).toBeUndefined();
    expect(nextTimeOf(new Uint8Array(), end)).toBeUndefined();
  });

  it('of any bytes is found in time', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((each) => {
      if (each.length > 22) each.set([2, 0, 0, 0, 0, 0, 0x20], 16);
      return each;
    });
    fc.assert(fc.property(bytes, (each) => [undefined, 'none', 'number'].includes(kindOf(nextTimeOf(each, end)))));
  });
});

const kindOf = (time: ReturnType<typeof nextTimeOf>) => (typeof time === 'number' ? 'number' : time);

const brokers = [
  { id: 1, host: 'a', port: 1 },
  { id: 2, host: 'b', port: 1 },
];
const partition = (number: number, leader: number) => ({
  topic: 'orders',
  partition: number,
  leader,
  replicas: [leader],
  inSync: [leader],
  newest: 100,
});
const committed = (id: string, ...offsets: readonly number[]) => ({
  id,
  state: 'Stable',
  offsets: offsets.map((offset, number) => ({ topic: 'orders', partition: number, offset })),
});
const partitions = [partition(0, 1), partition(1, 1), partition(2, 2)];

describe('the times of the messages that groups read next', () => {
  /** Answers with the offset as the time, of as many partitions as it brings at once. */
  const brings =
    (atOnce: number, asked: AskedOffset[][]) =>
    async (_: unknown, offsets: readonly AskedOffset[]): Promise<FoundTime[]> => {
      asked.push([...offsets]);
      return offsets.map(({ topic, partition: number, offset }, nth) => ({
        topic,
        partition: number,
        errorCode: 0,
        ...(nth < atOnce ? { timeMs: offset } : {}),
      }));
    };

  it('are asked of leaders, for messages that exist, until all are answered', async () => {
    const asked: AskedOffset[][] = [];
    const groups = [committed('a', 10, 20, 30), committed('b', 10, 99, 100), committed('c', 50)];
    const find = await timesOf({ groups, partitions, brokers, max: 100 }, brings(1, asked));
    const times = groups.map(({ offsets }) => offsets.map(find));
    expect(times).toEqual([[10, 20, 30], [10, 99, undefined], [50]]);
    for (const offsets of asked)
      expect(new Set(offsets.map(({ partition: number }) => number)).size).toBe(offsets.length);
  });

  it('are those with the longest lag, where there are more than are asked for', async () => {
    const groups = [committed('a', 90, 10, 50)];
    const find = await timesOf({ groups, partitions, brokers, max: 2 }, brings(9, []));
    expect(groups[0]!.offsets.map(find)).toEqual([undefined, 10, 50]);
  });

  it('are unknown where the user may not read the topic, or the broker brings nothing', async () => {
    const groups = [committed('a', 10, 20, 30)];
    const denied = async (_: unknown, offsets: readonly AskedOffset[]) =>
      offsets.map(({ topic, partition: number }) => ({ topic, partition: number, errorCode: 29 }));
    for (const answer of [denied, async () => [], async () => Promise.reject(new Error('closed'))]) {
      const ask = vi.fn(answer);
      const find = await timesOf({ groups, partitions, brokers, max: 100 }, ask);
      expect(groups[0]!.offsets.map(find)).toEqual([undefined, undefined, undefined]);
      expect(ask).toHaveBeenCalledTimes(brokers.length);
    }
  });
});
