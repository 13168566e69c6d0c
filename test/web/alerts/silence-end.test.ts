import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOf, nextMorning } from '../../../web/alerts/silence-end.ts';

const at = (text: string): number => Date.parse(`${text}Z`);

describe('the next 09:00', () => {
  it.each([
    ['2026-11-23T08:59:59', '2026-11-23T09:00:00'],
    ['2026-11-23T09:00:00', '2026-11-24T09:00:00'],
    ['2026-11-30T15:30:00', '2026-12-01T09:00:00'],
  ])('of %s is %s', (now, morning) => {
    expect(nextMorning(at(now), 'utc')).toBe(at(morning));
  });

  it('is always ahead, by a day at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (nowMs) => {
        const aheadMs = nextMorning(nowMs, 'utc') - nowMs;
        expect(aheadMs).toBeGreaterThan(0);
        expect(aheadMs).toBeLessThanOrEqual(86_400_000);
      }),
    );
  });
});

it('a silence ends so many minutes after its start, in the morning, or at its own time', () => {
  const fromMs = at('2026-11-23T15:30:00');
  expect(endOf({ minutes: 120 }, fromMs, 'utc')).toBe(at('2026-11-23T17:30:00'));
  expect(endOf('morning', fromMs, 'utc')).toBe(at('2026-11-24T09:00:00'));
  expect(endOf({ atMs: 5 }, fromMs, 'utc')).toBe(5);
});
