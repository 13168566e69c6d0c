import { minuteMs, secondMs } from '../domain/durations.ts';

/** Live time moves on in steps of this. */
export const liveTickMs = 2 * secondMs;

/** After a longer jump of append time nothing lies between: one tick says it all. */
const jumpMs = 2 * minuteMs;

/**
 * The ticks that are due before a record: every multiple of 2 s that append time has passed with it, one by one; after
 * a jump of more than 2 min, and before the first record of a partition, the newest alone.
 * @param beforeMs append time of the newest record before this one; 0 before the first
 * @param appendedMs the record's own append time; one that goes back, as after a change of the leader, makes no tick
 */
export function liveTicks(beforeMs: number, appendedMs: number): readonly number[] {
  const fromMs = lastTick(beforeMs);
  const toMs = lastTick(appendedMs);
  if (!(toMs > fromMs)) return [];
  if (toMs - fromMs > jumpMs) return [toMs];
  return Array.from({ length: (toMs - fromMs) / liveTickMs }, (_, nth) => fromMs + (nth + 1) * liveTickMs);
}

const lastTick = (timeMs: number): number => timeMs - (timeMs % liveTickMs);

/** A timer may end this much too early, and the clock of the log may be this much behind. */
const afterTickMs = 20;

/** How long it is from a moment until append time has just passed the next tick, ms. */
export const untilTickMs = (nowMs: number): number => liveTickMs - (nowMs % liveTickMs) + afterTickMs;
