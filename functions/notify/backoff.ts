import { hourMs, minuteMs, secondMs } from '../shared/domain/durations.ts';

/**
 * How far apart the tries of a message are at most, by how long it has been failing. In the first hour less than a minute,
 * so that within a minute of its receiver's return the newest state has come too, which waits for the first page.
 */
const steps: readonly { readonly untilMs: number; readonly gapMsMax: number }[] = [
  { untilMs: 15 * minuteMs, gapMsMax: 30 * secondMs },
  { untilMs: hourMs, gapMsMax: 40 * secondMs },
  { untilMs: 24 * hourMs, gapMsMax: 5 * minuteMs },
];

/** The first wait is as if a message had been failing for this long. */
const firstMs = 2 * secondMs;

/** A receiver that asks for more is asked again after this: an outage may be over sooner than it says. */
export const retryAfterMsMax = minuteMs;

/**
 * The longest wait before the next try: as long as a message has been failing, up to the step's gap.
 * @param failingMs how long it has been failing
 * @returns milliseconds, 2 s at least, or `undefined` once it has been tried for long enough
 */
export function gapMs(failingMs: number): number | undefined {
  const step = steps.find(({ untilMs }) => failingMs < untilMs);
  return step && Math.min(step.gapMsMax, Math.max(firstMs, failingMs));
}

/**
 * Reads `Retry-After`: whole seconds or an HTTP date.
 * @returns milliseconds from `nowMs`, 0 for a date that is over, `undefined` for what is neither
 * @see RFC 9110, section 10.2.3
 */
export function parseRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text.trim())) return Number(text) * secondMs;
  const dateMs = /^[A-Za-z]{3,}, /.test(text.trim()) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
