import { expect, it } from 'vitest';
import { notLiveSinceMs, patienceMs } from '../../../web/frame/not-live.ts';

const threeHoursMs = 3 * 3_600_000;
const lostSinceMs = 1_000_000;

it('a page whose server answers is live', () => {
  expect(notLiveSinceMs({ lostSinceMs: null, nowMs: lostSinceMs, aheadMs: 0 })).toBeNull();
});

it('a page is not live from the fourth second without an answer', () => {
  const since = (ms: number) => notLiveSinceMs({ lostSinceMs, nowMs: lostSinceMs + ms, aheadMs: 0 });
  expect(patienceMs).toBe(4_000);
  expect(since(patienceMs - 1)).toBeNull();
  expect(since(patienceMs)).toBe(lostSinceMs);
});

it('the moment since which a page is not live is in the time of the server', () => {
  const nowMs = lostSinceMs - threeHoursMs + patienceMs;
  expect(notLiveSinceMs({ lostSinceMs, nowMs, aheadMs: -threeHoursMs })).toBe(lostSinceMs - threeHoursMs);
});
