import { minuteMs } from '../domain/durations.ts';

/**
 * Append time that goes back by less is jitter between the clocks of two leaders. By more, a broker's clock was ahead
 * and has been set right: what it said before must not hold time up until it is true.
 */
const setRightMs = 2 * minuteMs;

/** Whether a time was told by a clock that was ahead, as far as a later append time tells. */
export const wasAhead = (timeMs: number, appendedMs: number): boolean => timeMs - appendedMs > setRightMs;

/** The newest append time of a partition after one more record. */
export function newestAppendTime(beforeMs: number, appendedMs: number): number {
  return wasAhead(beforeMs, appendedMs) ? appendedMs : Math.max(beforeMs, appendedMs);
}
