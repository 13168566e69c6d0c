import type { AlertDetail } from '../../api/alert-types.ts';

const minuteMs = 60_000;
const leastBeforeMs = 5 * minuteMs;
const mostBeforeMs = 24 * 60 * minuteMs;

/**
 * Returns the range of an alert's charts: from five times its length before it, at least 5 min and at most a day, until now, or until
 * its length after its end. Its start is rounded to a minute, so that a live alert keeps its address for that long.
 */
export function evidenceQuery(
  {
    startsAtMs,
    endsAtMs,
    status,
    updatedAtMs,
  }: Pick<AlertDetail, 'startsAtMs' | 'endsAtMs' | 'status' | 'updatedAtMs'>,
  nowMs = Date.now(),
): { readonly from: number; readonly to: string; readonly points: number; readonly band: true } {
  const isOver = status === 'resolved';
  const endMs = isOver ? (endsAtMs ?? updatedAtMs) : nowMs;
  const lengthMs = Math.max(0, endMs - startsAtMs);
  const beforeMs = Math.min(mostBeforeMs, Math.max(leastBeforeMs, 5 * Math.ceil(lengthMs / minuteMs) * minuteMs));
  const afterMs = Math.min(mostBeforeMs, Math.max(leastBeforeMs, lengthMs));
  const to = isOver && endMs + afterMs < nowMs ? String(endMs + afterMs) : 'now';
  return { from: startsAtMs - beforeMs, to, points: 300, band: true };
}
