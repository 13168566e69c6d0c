import { secondMs } from '../domain/durations.ts';
import { wasAhead } from './append-time.ts';

/** Milliseconds between two ticks of live time. */
export const liveTickMs = 2 * secondMs;

/** The longest jump of append time with a tick for each step. After a longer one, only the newest tick is emitted. */
const jumpMs = 30 * secondMs;

/**
 * Returns the times of the ticks that are due before a record: every multiple of 2 s that append time passes with it.
 * Only the newest of them is returned
 *
 * - after a jump of more than 30 s,
 * - before the first record of a partition, and
 * - when a clock that was ahead has been set right.
 *
 * @param beforeMs   append time of the newest record before this one, ms; 0 before the first
 * @param appendedMs append time of this record, ms. If it goes back a little, as after a change of the leader, no tick
 *   is due
 * @example
 * liveTicks(1_999, 4_000); // => [2_000, 4_000]
 */
export function liveTicks(beforeMs: number, appendedMs: number): readonly number[] {
  const fromMs = lastTick(beforeMs);
  const toMs = lastTick(appendedMs);
  if (wasAhead(beforeMs, appendedMs)) return [toMs];
  if (!(toMs > fromMs)) return [];
  if (toMs - fromMs > jumpMs) return [toMs];
  return Array.from({ length: (toMs - fromMs) / liveTickMs }, (_, nth) => fromMs + (nth + 1) * liveTickMs);
}

const lastTick = (timeMs: number): number => timeMs - (timeMs % liveTickMs);

/** Milliseconds that a timer may end too early, or that the clock of the log may be behind. */
const afterTickMs = 20;

/** Returns the time from a moment until append time has surely passed the next tick, ms. */
export const untilTickMs = (nowMs: number): number => liveTickMs - (nowMs % liveTickMs) + afterTickMs;
