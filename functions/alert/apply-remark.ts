import type { Alert } from '../shared/domain/alert.ts';
import { withComment } from '../shared/domain/comment.ts';
import { withFeedback } from '../shared/domain/feedback.ts';
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

/** A command that is kept with an alert and changes nothing else: a judgement or a comment. */
type Remark = Extract<Command, { action: 'feedback' | 'comment' }>;

/** The remarks that an alert has. */
type Remarks = { readonly [Name in 'feedback' | 'comments']?: Readonly<Alert[Name]> };

/**
 * Keeps the judgement or the comment of an operator with an alert: one that is open, or one of the resolved alerts that are
 * remembered. It is recorded as a revision of the alert that is never sent, and changes nothing else. The judgement of an
 * anomaly is kept with its alert.
 */
export function applyRemark(state: AlertState, command: Remark, settings: Settings): Effect[] {
  const id = subjectOf(command);
  for (const scope of [liveScope, command.cluster]) {
    const atMs = state.clocks.now(scope);
    const cluster = state.cluster(scope, command.cluster);
    if (atMs === undefined) continue;
    const alert = openAlertOf(cluster, id);
    if (alert?.recorded !== undefined) {
      Object.assign(alert, remarksOf(alert, command, atMs));
      const due = { transition: transitionOf(command), stage: 'command', ...reasonOf(command), changed: true } as const;
      return emit({ cluster, alert, due, atMs, settings });
    }
    const resolved = resolvedAlertOf(cluster, id);
    if (resolved !== undefined) {
      const record = kept(cluster, resolved, command, Math.max(atMs, resolved.updatedAtMs));
      return [alertEffect(record, settings)];
    }
  }
  return state.ignored('command for an unknown alert');
}

/** Returns the id of the alert, or of the anomaly, that a remark is about. */
const subjectOf = (command: Remark): string => (command.action === 'comment' ? command.alertId : command.subjectId);

const transitionOf = ({ action }: Remark): 'commented' | 'feedback' =>
  action === 'comment' ? 'commented' : 'feedback';

function openAlertOf(cluster: ClusterState, id: string): OpenAlert | undefined {
  return cluster.alerts.get(id) ?? findMember(cluster, id)?.alert;
}

function resolvedAlertOf({ resolved }: ClusterState, id: string): Alert | undefined {
  return resolved.get(id) ?? [...resolved.values()].findLast(({ anomalies }) => anomalies.includes(id));
}

/** Returns the remarks of an alert after a command, of the kind of the command. */
function remarksOf(
  { feedback, comments, id }: Remarks & Pick<Alert, 'id'>,
  command: Remark,
  atMs: number,
): Pick<Alert, 'feedback' | 'comments'> {
  const { by } = command;
  if (command.action === 'comment') {
    return { comments: withComment(comments, { id: command.id, by, atMs, text: command.text }) };
  }
  const { verdict, note: text, subjectId } = command;
  const judgement = { verdict, by, atMs, ...(text !== undefined && { note: text }) };
  return {
    feedback: withFeedback(feedback, { ...judgement, ...(subjectId !== id && { anomalyId: subjectId }) }),
  };
}

/** Returns the words for the trace. The text of a comment is among the comments, and need not be kept twice. */
function reasonOf(command: Remark) {
  if (command.action === 'comment') return { reason: `comment by ${askedBy(command)}`, detail: command.note };
  return { reason: `${command.verdict}, by ${askedBy(command)}`, detail: command.note };
}

/** Adds a remark to the last record of a resolved alert, which stays resolved. @returns its next record */
function kept(cluster: ClusterState, resolved: Alert, command: Remark, atMs: number): Alert {
  const trace = [...resolved.trace];
  note(trace, { atMs, stage: 'command', ...reasonOf(command) });
  const record: Alert = {
    ...resolved,
    revision: resolved.revision + 1,
    transition: transitionOf(command),
    notify: false,
    updatedAtMs: atMs,
    ...remarksOf(resolved, command, atMs),
    trace,
  };
  rememberResolved(cluster, record);
  return record;
}
