import type { Alert } from '../shared/domain/alert.ts';
import { type Feedback, withFeedback } from '../shared/domain/feedback.ts';
import { liveScope } from '../shared/domain/sample.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { askedBy, type Command } from '../shared/domain/signal.ts';
import type { Effect } from '../shared/log/record.ts';
import { findMember } from './alert-index.ts';
import { alertEffect } from './alert-record.ts';
import { type ClusterState, type OpenAlert, rememberResolved } from './cluster-state.ts';
import { emit } from './evaluate.ts';
import type { AlertState } from './state.ts';
import { note } from './trace.ts';

type FeedbackCommand = Extract<Command, { action: 'feedback' }>;

/**
 * Keeps the judgement of an operator with an alert: one that is open, or one of the resolved alerts that are remembered. It
 * is recorded as a revision of the alert that is never sent, and changes nothing else. The judgement of an anomaly is kept
 * with its alert.
 */
export function applyFeedback(state: AlertState, command: FeedbackCommand, settings: Settings): Effect[] {
  for (const scope of [liveScope, command.cluster]) {
    const atMs = state.clocks.now(scope);
    const cluster = state.cluster(scope, command.cluster);
    if (atMs === undefined) continue;
    const alert = openAlertOf(cluster, command.subjectId);
    if (alert?.recorded !== undefined) {
      alert.feedback = withFeedback(alert.feedback, feedbackOf(command, alert.id, atMs));
      const due = { transition: 'feedback', stage: 'command', ...reasonOf(command), changed: true } as const;
      return emit({ cluster, alert, due, atMs, settings });
    }
    const resolved = resolvedAlertOf(cluster, command.subjectId);
    if (resolved !== undefined) {
      const record = kept(cluster, resolved, command, Math.max(atMs, resolved.updatedAtMs));
      return [alertEffect(record, settings)];
    }
  }
  return state.ignored('command for an unknown alert');
}

function openAlertOf(cluster: ClusterState, id: string): OpenAlert | undefined {
  return cluster.alerts.get(id) ?? findMember(cluster, id)?.alert;
}

function resolvedAlertOf({ resolved }: ClusterState, id: string): Alert | undefined {
  return resolved.get(id) ?? [...resolved.values()].findLast(({ anomalies }) => anomalies.includes(id));
}

function feedbackOf({ verdict, note: text, subjectId, ...asked }: FeedbackCommand, id: string, atMs: number): Feedback {
  return {
    verdict,
    by: asked.by,
    atMs,
    ...(text === undefined ? {} : { note: text }),
    ...(subjectId === id ? {} : { anomalyId: subjectId }),
  };
}

function reasonOf({ verdict, note: detail, ...command }: FeedbackCommand) {
  return { reason: `${verdict}, by ${askedBy(command)}`, detail };
}

/** Adds a judgement to the last record of a resolved alert, which stays resolved. @returns its next record */
function kept(cluster: ClusterState, resolved: Alert, command: FeedbackCommand, atMs: number): Alert {
  const trace = [...resolved.trace];
  note(trace, { atMs, stage: 'command', ...reasonOf(command) });
  const record: Alert = {
    ...resolved,
    revision: resolved.revision + 1,
    transition: 'feedback',
    notify: false,
    updatedAtMs: atMs,
    feedback: withFeedback(resolved.feedback, feedbackOf(command, resolved.id, atMs)),
    trace,
  };
  rememberResolved(cluster, record);
  return record;
}
