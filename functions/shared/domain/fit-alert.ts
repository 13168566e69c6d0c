import type { Alert } from './alert.ts';
import { printableJson } from './printable.ts';

/** The bytes that are reserved for the annotation `trimmed`. */
const noteBytes = 200;

/**
 * Shortens an alert so that it fits into a message. The parts that explain least are left out first: the oldest comments, the oldest decisions of
 * the trace, then the least likely suspects, then the ids of the last anomalies. The first suspect and the opening anomaly stay.
 * @param bytesMax the limit for the JSON, in bytes. It is exceeded if the parts that stay are larger alone
 * @returns the alert itself if it fits or nothing can be left out; otherwise a copy whose annotation `trimmed` names what is
 *   missing
 */
export function fitAlert(alert: Alert, bytesMax: number): Alert {
  const excess = jsonBytes(alert) - bytesMax;
  if (excess <= 0) return alert;
  const comments = dropLast([...(alert.comments ?? [])].reverse(), excess + noteBytes, 0);
  const trace = dropLast([...alert.trace].reverse(), comments.excess, 0);
  const suspects = dropLast(alert.suspects, trace.excess, 1);
  const anomalies = dropLast(alert.anomalies, suspects.excess, 1);
  const trimmed = [
    ...note('comments', comments.kept.length, alert.comments?.length ?? 0),
    ...note('decisions', trace.kept.length, alert.trace.length),
    ...note('suspects', suspects.kept.length, alert.suspects.length),
    ...note('anomalies', anomalies.kept.length, alert.anomalies.length),
  ].join(', ');
  if (trimmed === '') return alert;
  return {
    ...alert,
    ...(alert.comments !== undefined && { comments: comments.kept.reverse() }),
    trace: trace.kept.reverse(),
    suspects: suspects.kept,
    anomalies: anomalies.kept,
    annotations: { ...alert.annotations, trimmed },
  };
}

/** Drops entries from the end until `excess` bytes are saved or only `keepMin` are left. */
function dropLast<T>(entries: readonly T[], excess: number, keepMin: number): { kept: T[]; excess: number } {
  const kept = [...entries];
  let left = excess;
  while (left > 0 && kept.length > keepMin) left -= jsonBytes(kept.pop()) + 1;
  return { kept, excess: left };
}

function note(what: string, kept: number, of: number): string[] {
  return kept === of ? [] : [`${kept} of ${of} ${what} shown`];
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(printableJson(value));
}
