import { minuteMs } from '../domain/durations.ts';

/**
 * The smallest step back of append time that means that a broker's clock was ahead and has been set right, ms. A
 * smaller step is jitter between the clocks of two leaders. Time must not wait until a clock that was ahead comes true.
 */
const setRightMs = 2 * minuteMs;

/** Returns whether a time came from a clock that was ahead, judged by a later append time. */
export const wasAhead = (timeMs: number, appendedMs: number): boolean => timeMs - appendedMs > setRightMs;

/**
 * Returns the newest append time of a partition after one more record. It goes back only when a clock that was ahead is
 * set right.
 */
export function newestAppendTime(beforeMs: number, appendedMs: number): number {
  return wasAhead(beforeMs, appendedMs) ? appendedMs : Math.max(beforeMs, appendedMs);
}
