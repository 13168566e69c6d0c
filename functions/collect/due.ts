/** The next time at which a target is due, and the periods that passed without a collection of their own. */
export interface NextDue {
  readonly dueMs: number;
  readonly missed: number;
}

/**
 * Returns when a target is due again. Due times are whole periods apart, whatever a collection takes, so that a period which
 * passed during a collection is missed and never made up for.
 * @param dueMs the time at which the last collection was due
 * @param nowMs the time at which it has ended
 * @example
 * nextDue(0, 65_000, 30_000); // => { dueMs: 90_000, missed: 2 }
 */
export function nextDue(dueMs: number, nowMs: number, periodMs: number): NextDue {
  const missed = Math.max(0, Math.floor((nowMs - dueMs) / periodMs));
  return { dueMs: dueMs + (missed + 1) * periodMs, missed };
}
