import { minuteMs } from '../../shared/domain/durations.ts';
import type { MetricPeriod } from '../../shared/ports/metric-data.ts';

/** The length of a period, ms. SQS and SNS may write values every 5 minutes only. */
export const periodMs = 5 * minuteMs;
/** The time that CloudWatch gets to have all values of a period, ms. A value that is read too early is too small. */
export const delayMs = 3 * minuteMs;

/**
 * Returns the last period that CloudWatch has whole.
 * @param nowMs the time, ms since 1970
 * @example
 * lastPeriod(Date.parse('2026-11-23T12:07:59Z')).endMs === Date.parse('2026-11-23T12:00:00Z'); // => true
 */
export const lastPeriod = (nowMs: number): MetricPeriod => ({
  endMs: Math.floor((nowMs - delayMs) / periodMs) * periodMs,
  lengthMs: periodMs,
});

/** The most periods that a collection makes up for. */
const missedMax = 2;

/**
 * Returns the periods that are to be read, the oldest first: the last one, and up to two before it that were missed because
 * collections are never exactly a period apart. None if the last one was read already.
 * @param readMs the end of the newest period that was read; absent if none was
 */
export function periodsToRead(nowMs: number, readMs?: number): MetricPeriod[] {
  const last = lastPeriod(nowMs);
  const unread = readMs === undefined ? 1 : Math.round((last.endMs - readMs) / periodMs);
  const count = Math.max(0, Math.min(unread, missedMax + 1));
  return Array.from({ length: count }, (_, nth) => ({ ...last, endMs: last.endMs - (count - 1 - nth) * periodMs }));
}
