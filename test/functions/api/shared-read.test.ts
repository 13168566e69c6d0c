import { expect, it } from 'vitest';
import { sharedRead } from '../../../functions/api/shared-read.ts';

/** A source that counts how often it is read, and a clock. */
function source() {
  const state = { reads: 0, nowMs: 0, fails: false };
  const read = async (): Promise<number> => {
    state.reads += 1;
    if (state.fails) throw new Error('no answer');
    return state.reads;
  };
  return { state, ask: sharedRead(read, 1_000, () => state.nowMs) };
}

it('all who ask at the same time, and shortly after, share one read', async () => {
  const { state, ask } = source();
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
  state.nowMs = 999;
  expect(await ask()).toBe(1);
  state.nowMs = 1_000;
  expect(await ask()).toBe(2);
});

it('a failure is not kept', async () => {
  const { state, ask } = source();
  state.fails = true;
  await expect(Promise.all([ask(), ask()])).rejects.toThrow('no answer');
  state.fails = false;
  expect(await ask()).toBe(2);
});
