import { setTimeout } from 'node:timers/promises';
import { secondMs } from '../domain/durations.ts';

/** The clock and the waits, which tests replace. */
export interface WaitTiming {
  /** Returns the time in ms since 1970. */
  nowMs(): number;
  wait(ms: number): Promise<void>;
}

/** The system's clock. */
export const realWaits: WaitTiming = { nowMs: Date.now, wait: (ms) => setTimeout(ms) };

/** The time between two looks at what another service shows later. */
export const pollMs = 5 * secondMs;

/**
 * Looks until something is found. The last look is made at the end of the time.
 * @param look  returns what it found; `undefined` for nothing yet
 * @param forMs the time for which it looks
 * @returns what was found; `undefined` if nothing was
 */
export async function awaitFound<T>(
  look: () => Promise<T | undefined>,
  forMs: number,
  timing: WaitTiming = realWaits,
): Promise<T | undefined> {
  const endsAtMs = timing.nowMs() + forMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || timing.nowMs() >= endsAtMs) return found;
    await timing.wait(pollMs);
  }
}
