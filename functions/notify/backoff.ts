import { hourMs, minuteMs, secondMs } from '../shared/domain/durations.ts';

/**
 * SQS keeps a message hidden for at most 12 h counted from when it was received, so the wait has to leave room for
 * the longest invocation.
 */
const waitMsMax = 12 * hourMs - 15 * minuteMs;

/**
 * Waits before the second try, the third and so on; after the last one a transition is given up.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const retryScheduleMs: readonly number[] = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
].map((waitMs) => Math.min(waitMs, waitMsMax));

export const retryAfterMsMax = hourMs;

const firstLookMs = 15 * secondMs;
const lookMsMax = hourMs;

/**
 * How soon to look again at what another worker, or a wait, holds, and at a table or queue that did not answer: twice
 * as long with every receipt, so that the longest wait ends within 20 of them.
 * @param receiveCount how often the queue has handed the message out, from 1
 */
export function lookAgainMs(receiveCount: number): number {
  return Math.min(firstLookMs * 2 ** (receiveCount - 1), lookMsMax);
}

/**
 * How long to wait before the next try: full jitter over the schedule, so that receivers that failed together are not
 * asked together again, but never less than the receiver asked for.
 * @param failedTries  so far, from 1
 * @param random       in [0, 1)
 * @param retryAfterMs what the receiver asked for; at most {@link retryAfterMsMax} of it is obeyed
 * @returns milliseconds, or `undefined` when it has been tried often enough
 */
export function backoffMs(failedTries: number, random: number, retryAfterMs = 0): number | undefined {
  const scheduledMs = retryScheduleMs[failedTries - 1];
  if (scheduledMs === undefined) return undefined;
  return Math.max(Math.round(random * scheduledMs), Math.min(retryAfterMs, retryAfterMsMax));
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
