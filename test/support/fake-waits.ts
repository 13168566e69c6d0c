import type { WaitTiming } from '../../functions/shared/time/waits.ts';

/** A clock that only waits move. */
export interface FakeWaits extends WaitTiming {
  /** Returns the time that was waited, in ms. */
  passedMs(): number;
}

const startsAtMs = Date.UTC(2026, 10, 29);

/**
 * Returns a clock that begins at a fixed time, and that only waits move, without sleeping.
 * @param afterWait gets, after each wait, the time that was waited in all, in ms
 */
export function fakeWaits(afterWait: (passedMs: number) => void = () => {}): FakeWaits {
  let passedMs = 0;
  return {
    nowMs: () => startsAtMs + passedMs,
    passedMs: () => passedMs,
    wait: async (ms) => {
      passedMs += ms;
      afterWait(passedMs);
    },
  };
}
