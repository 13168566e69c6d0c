import { signal } from '@preact/signals';

/**
 * The time at which the first of the polls began that the server did not answer as it should, by the clock of this machine, ms; `null`
 * while it does. Only polls set it: a view may wait long for a large answer of a server that is well.
 */
export const lostSinceMs = signal<number | null>(null);

/** The state of the way to the server, with the clocks at its ends. */
export interface WayToServer {
  /** The time at which the first poll began that the server did not answer, by the clock of this machine, ms; `null` while it answers. */
  readonly lostSinceMs: number | null;
  /** The server's time, ms. */
  readonly nowMs: number;
  /** The distance of the server's clock from that of this machine, ms. */
  readonly aheadMs: number;
}

/** The time without an answer from which on the page says so: two polls. A server that is stopped accepts requests and answers none. Ms. */
export const patienceMs = 4_000;

/**
 * Returns the moment since which the page is not live, in the server's time, ms; `null` while it is. Whoever shows it passes the time of
 * each second, so that it is said as soon as it is true.
 */
export function notLiveSinceMs({ lostSinceMs, nowMs, aheadMs }: WayToServer): number | null {
  if (lostSinceMs === null) return null;
  const sinceMs = lostSinceMs + aheadMs;
  return nowMs - sinceMs >= patienceMs ? sinceMs : null;
}
