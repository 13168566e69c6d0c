import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { messageBytesMax, topics } from '../../../functions/shared/log/topics.ts';
import { numbered, open, record } from './open-store.ts';

const begun = { hash: 'recording', cluster: 'recorded', startedMs: 1, lastLine: 2, done: false };

describe('a replay', () => {
  it('that never began has no progress', () => {
    expect(open().replays.progress('recording')).toBeUndefined();
  });

  it('stores its progress with its records, until it is done', async () => {
    const store = open();
    expect(await store.replays.append(numbered(2), begun)).toEqual([]);
    expect(store.replays.progress('recording')).toEqual(begun);
    await store.replays.append(numbered(1, 2), { ...begun, lastLine: 3, done: true });
    expect(store.replays.progress('recording')).toEqual({ ...begun, lastLine: 3, done: true });
    expect(store.replays.progress('another')).toBeUndefined();
    expect(store.broker.endOffset(topics.beats, 0)).toBe(3);
  });

  it('stores neither records nor progress if one of the two fails', async () => {
    const store = open();
    await store.replays.append(numbered(2), begun);
    const nowhere = [...numbered(1), record({ partition: 9 })];
    await expect(store.replays.append(nowhere, { ...begun, lastLine: 4 })).rejects.toThrow(UnavailableError);
    await expect(store.replays.append(numbered(2), { ...begun, lastLine: Number.NaN })).rejects.toThrow(/last_line/);
    expect(store.replays.progress('recording')).toEqual(begun);
    expect(store.broker.endOffset(topics.beats, 0)).toBe(2);
    expect(store.totals().documents).toBe(2);
  });

  it('gets the indices of the records that the log refuses, and continues with the rest', async () => {
    const store = open();
    const tooLarge = record({ value: Buffer.alloc(messageBytesMax[topics.beats] + 1) });
    expect(await store.replays.append([record(), tooLarge, record(), tooLarge], begun)).toEqual([1, 3]);
    expect(store.broker.endOffset(topics.beats, 0)).toBe(2);
    expect(store.replays.progress('recording')).toEqual(begun);
  });
});
