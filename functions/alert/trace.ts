import type { Decision } from '../shared/domain/alert.ts';
import { printable } from '../shared/domain/printable.ts';
import { shownText } from '../shared/domain/shown.ts';

/** The number of oldest decisions that a trace keeps, because they show why the alert opened. */
const firstKept = 10;
const decisionsMax = 60;
const detailCharactersMax = 300;

/**
 * Adds a decision to a trace, unless the newest decision of the same stage is equal: "nothing new" is recorded once,
 * not at each tick. The trace keeps its first 10 and its last 50 decisions. Text that an operator wrote is made
 * printable, and a detail is cut at 300 characters.
 */
export function note(trace: Decision[], { atMs, stage, reason: given, detail }: Decision): void {
  const reason = printable(given);
  const short = detail === undefined ? undefined : shownText(detail, detailCharactersMax);
  const last = trace.findLast((decision) => decision.stage === stage);
  if (last?.reason === reason && last.detail === short) return;
  trace.push(short === undefined ? { atMs, stage, reason } : { atMs, stage, reason, detail: short });
  // TRACE-IS-BOUNDED
  if (trace.length > decisionsMax) trace.splice(firstKept, 1);
}
