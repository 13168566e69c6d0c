import type { Decision } from '../shared/domain/alert.ts';
import { printable } from '../shared/domain/printable.ts';
import { shownText } from '../shared/domain/shown.ts';

/** Why it opened matters as long as it lives; of the rest, what was decided last. */
const firstKept = 10;
const decisionsMax = 60;
const detailCharactersMax = 300;

/**
 * Adds a decision to a trace, unless its stage's last word was the same: "nothing new" is said once, not at each tick.
 * The trace keeps its first 10 and its last 50 decisions. What a person wrote is made printable.
 */
export function note(trace: Decision[], { atMs, stage, reason: given, detail }: Decision): void {
  const reason = printable(given);
  const short = detail === undefined ? undefined : shownText(detail, detailCharactersMax);
  const last = trace.findLast((decision) => decision.stage === stage);
  if (last?.reason === reason && last.detail === short) return;
  trace.push(short === undefined ? { atMs, stage, reason } : { atMs, stage, reason, detail: short });
  if (trace.length > decisionsMax) trace.splice(firstKept, 1);
}
