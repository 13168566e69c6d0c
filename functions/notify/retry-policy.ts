import { hourMs, minuteMs, secondMs } from '../shared/domain/durations.ts';

/**
 * The longest wait between two attempts, by how long a message has been failing. In the first hour it is below a minute: within
 * a minute of a receiver's return the first page has arrived and also the newest state, which waits for the first page.
 */
const steps: readonly { readonly untilMs: number; readonly gapMsMax: number }[] = [
  { untilMs: 15 * minuteMs, gapMsMax: 30 * secondMs },
  { untilMs: hourMs, gapMsMax: 40 * secondMs },
  { untilMs: 24 * hourMs, gapMsMax: 5 * minuteMs },
];

/** The time for which a message counts as failing before its first wait; so the first wait is as long. */
const firstMs = 2 * secondMs;

/** The longest `Retry-After` that is obeyed: an outage may end sooner than the receiver expects. */
export const retryAfterMsMax = minuteMs;

/**
 * Returns the longest wait before the next attempt: as long as the message has been failing, up to the maximum of its step.
 * @param failingMs how long the message has been failing
 * @returns milliseconds, 2,000 at least; `undefined` after 24 hours, when the message is given up
 * @example
 * gapMs(0); // => 2_000
 * gapMs(10_000); // => 10_000
 */
export function gapMs(failingMs: number): number | undefined {
  const step = steps.find(({ untilMs }) => failingMs < untilMs);
  return step && Math.min(step.gapMsMax, Math.max(firstMs, failingMs));
}

/**
 * Reads `Retry-After`: whole seconds or an HTTP date.
 * @returns milliseconds from `nowMs`, 0 for a date in the past, `undefined` for any other text
 * @see RFC 9110, section 10.2.3
 */
export function parseRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text.trim())) return Number(text) * secondMs;
  const dateMs = /^[A-Za-z]{3,}, /.test(text.trim()) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
