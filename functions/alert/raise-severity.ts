import { durationText } from '../shared/domain/durations.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { indexOf } from './alert-index.ts';
import { earliestOnsetMs, type OpenAlert, severityOf } from './cluster-state.ts';
import { note } from './trace.ts';

/**
 * Raises an alert to critical, whatever the kinds of its anomalies are: if it has been open and not acknowledged for
 * `criticalAfter`, or if it has spread to `criticalEntities` entities. An alert that is only informative, and one whose
 * anomalies are all closed, is not raised.
 * @param atMs stage time, ms
 */
export function raiseSeverity(alert: OpenAlert, atMs: number, settings: Settings['alerts']): void {
  if (severityOf(alert) !== 'warning') return;
  if (alert.members.every(({ over }) => over !== undefined)) return;
  const reason = reasonToRaise(alert, atMs, settings);
  if (reason === undefined) return;
  alert.raised = reason;
  note(alert.trace, { atMs, stage: 'severity', reason });
}

function reasonToRaise(
  alert: OpenAlert,
  atMs: number,
  { criticalAfter, criticalEntities }: Settings['alerts'],
): string | undefined {
  const entities = indexOf(alert).entities.size;
  if (entities >= criticalEntities) return `on ${criticalEntities} entities or more`;
  const isLong = alert.status === 'open' && atMs - earliestOnsetMs(alert) >= criticalAfter;
  return isLong ? `not acknowledged for ${durationText(criticalAfter)}` : undefined;
}
