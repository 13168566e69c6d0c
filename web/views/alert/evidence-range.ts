import type { AlertDetail, Evidence } from '../../api/alert-types.ts';
import type { Incident } from '../../charts/incident.ts';

const minuteMs = 60_000;
const leastBeforeMs = 5 * minuteMs;
const mostBeforeMs = 24 * 60 * minuteMs;

type Timed = Pick<AlertDetail, 'startsAtMs' | 'endsAtMs' | 'status' | 'updatedAtMs' | 'scope'>;

/**
 * Returns the range of an alert's charts: from five times its length before it, at least 5 min and at most a day, until now, or until
 * its length after its end. The length of an open alert counts in whole minutes, so that its address stays for that long.
 * @param nowMs the time of the alert's cluster: of a replay its end
 */
export function evidenceQuery(
  { startsAtMs, endsAtMs, status, updatedAtMs, scope }: Timed,
  nowMs: number,
): { readonly from: number; readonly to: string; readonly points: number; readonly band: true } {
  const isOver = status === 'resolved';
  const endMs = isOver ? (endsAtMs ?? updatedAtMs) : nowMs;
  const lengthMs = Math.max(0, endMs - startsAtMs);
  const beforeMs = Math.min(mostBeforeMs, Math.max(leastBeforeMs, 5 * Math.ceil(lengthMs / minuteMs) * minuteMs));
  const afterMs = Math.min(mostBeforeMs, Math.max(leastBeforeMs, lengthMs));
  const lastMs = isOver ? Math.min(nowMs, endMs + afterMs) : nowMs;
  const isNow = scope === 'live' && lastMs === nowMs;
  return { from: startsAtMs - beforeMs, to: isNow ? 'now' : String(lastMs), points: 300, band: true };
}

/** Returns the time of an alert, ms; its end is absent while it is open. */
export function incidentOf(
  { startsAtMs, endsAtMs, status, updatedAtMs }: Omit<Timed, 'scope'>,
  /** The anomaly of one series, whose own end counts. */
  evidence?: { readonly anomaly: Pick<Evidence['anomaly'], 'state' | 'endsAtMs'> } | undefined,
): Incident {
  const ended = evidence?.anomaly.state === 'closed' ? evidence.anomaly.endsAtMs : undefined;
  return { fromMs: startsAtMs, toMs: ended ?? endsAtMs ?? (status === 'resolved' ? updatedAtMs : undefined) };
}
