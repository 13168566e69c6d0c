import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDue } from '../../../functions/collect/due.ts';

describe('the next time at which a target is due', () => {
  it.each([
    ['at once', 0, 30_000, 0],
    ['just before its period is over', 29_999, 30_000, 0],
    ['at the end of its period, whose own collection is missed', 30_000, 60_000, 1],
    ['after two periods', 65_000, 90_000, 2],
  ])('is a period later for a collection that ended %s', (_, nowMs, dueMs, missed) => {
    expect(nextDue(0, nowMs, 30_000)).toEqual({ dueMs, missed });
  });

  it('is in the future, whole periods later, with each period between them missed', () => {
    const times = fc.nat(1e9);
    fc.assert(
      fc.property(times, times, fc.integer({ min: 10_000, max: 3_600_000 }), (wasDueMs, took, periodMs) => {
        const { dueMs, missed } = nextDue(wasDueMs, wasDueMs + took, periodMs);
        expect(dueMs).toBeGreaterThan(wasDueMs + took);
        expect(dueMs - periodMs).toBeLessThanOrEqual(wasDueMs + took);
        expect(dueMs - wasDueMs).toBe((missed + 1) * periodMs);
      }),
    );
  });
});
