import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs } from '../../../../functions/shared/time/backoff.ts';

const doubling = { firstMs: 200, maxMs: 5_000, jitter: 0 };

it('waits twice as long after each failure in a row, up to the maximum', () => {
  const waits = [1, 2, 3, 4, 5, 6, 1_000].map((failures) => backoffMs(failures, 0.5, doubling));
  expect(waits).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
});

it('waits at least half of the time with equal jitter, and possibly not at all with full jitter', () => {
  expect(backoffMs(3, 0, { ...doubling, jitter: 0.5 })).toBe(400);
  expect(backoffMs(3, 0, { ...doubling, jitter: 1 })).toBe(0);
});

it('never waits longer than the maximum, for any number of failures and any random part', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), random, random, (failures, jitter, part) => {
      const waitMs = backoffMs(failures, part, { firstMs: 200, maxMs: 5_000, jitter });
      expect(waitMs).toBeGreaterThanOrEqual(0);
      expect(waitMs).toBeLessThanOrEqual(5_000);
    }),
  );
});
