import { dayMs } from './durations.ts';

/** Milliseconds that a live document may be older than its append time. */
export const earlyMs = 7 * dayMs;
