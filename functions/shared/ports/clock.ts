/** Wall clock and randomness of the shells; no step ever sees either. */
export interface Clock {
  nowMs(): number;
  /** In [0, 1): for jitter. */
  random(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now(), random: () => Math.random() };
