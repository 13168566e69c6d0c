/** The wall clock and a source of random numbers, for handlers and the runner. A step never uses either. */
export interface Clock {
  /** Returns the time in ms since 1970. */
  nowMs(): number;
  /** Returns a number in [0, 1), for jitter. */
  random(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now(), random: () => Math.random() };
