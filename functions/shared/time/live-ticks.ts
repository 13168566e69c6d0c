import { secondMs } from '../domain/durations.ts';
import { wasAhead } from './append-time.ts';

/** Live time moves on in steps of this. */
export const liveTickMs = 2 * secondMs;

/** After a longer jump of append time nothing lies between: one tick says it all. */
const jumpMs = 30 * secondMs;

/**
 * The ticks that are due before a record: every multiple of 2 s that append time has passed with it, one by one; after
 * a jump of more than 30 s, before the first record of a partition, and when a clock that was ahead was set right, the
 * newest alone.
 * @param beforeMs append time of the newest record before this one; 0 before the first
 * @param appendedMs the record's own append time; one that goes back a little, as after a change of the leader, makes
 *   no tick
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

/** A timer may end this much too early, and the clock of the log may be this much behind. */
const afterTickMs = 20;

/** How long it is from a moment until append time has just passed the next tick, ms. */
export const untilTickMs = (nowMs: number): number => liveTickMs - (nowMs % liveTickMs) + afterTickMs;
