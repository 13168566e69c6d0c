import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elapsedMs, lateMs, type Moment } from '../../../../../functions/shared/adapters/kafka/thaw.ts';

const dayMs = 86_400_000;
const moments = fc.record<Moment>({
  monotonicMs: fc.integer({ min: 0, max: dayMs }),
  wallMs: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
});
const durations = fc.integer({ min: 0, max: dayMs });

/** Returns the moment after a time in which the process ran, and one in which it was frozen. */
const later = ({ monotonicMs, wallMs }: Moment, ranMs: number, frozenMs: number, doesClockStop: boolean): Moment => ({
  monotonicMs: monotonicMs + ranMs + (doesClockStop ? 0 : frozenMs),
  wallMs: wallMs + ranMs + frozenMs,
});

describe('the time since a moment, with a freeze in between', () => {
  it('contains the freeze, whether or not it stops the monotonic clock', () => {
    fc.assert(
      fc.property(moments, durations, durations, fc.boolean(), (from, ranMs, frozenMs, doesClockStop) => {
        expect(elapsedMs(from, later(from, ranMs, frozenMs, doesClockStop))).toBe(ranMs + frozenMs);
      }),
    );
  });

  it('is that of the monotonic clock where the wall clock was set back', () => {
    const to = { monotonicMs: 5_000, wallMs: -60_000 };
    expect(elapsedMs({ monotonicMs: 0, wallMs: 0 }, to)).toBe(5_000);
  });
});

describe('timers that were set before a freeze', () => {
  it('are late by the freeze if it stops the monotonic clock, and else are on time', () => {
    fc.assert(
      fc.property(moments, durations, durations, fc.boolean(), (from, ranMs, frozenMs, doesClockStop) => {
        expect(lateMs(from, later(from, ranMs, frozenMs, doesClockStop))).toBe(doesClockStop ? frozenMs : 0);
      }),
    );
  });

  it('are not late where the wall clock was set back', () => {
    expect(lateMs({ monotonicMs: 0, wallMs: 0 }, { monotonicMs: 5_000, wallMs: -60_000 })).toBeLessThan(0);
  });
});
