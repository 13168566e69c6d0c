import type { Settings } from '../shared/domain/settings.ts';
import type { Effect } from '../shared/log/record.ts';
import { alertEffect, nextRecord } from './alert-record.ts';
import { type ClusterState, type OpenAlert, rememberResolved } from './cluster-state.ts';
import { dueOf } from './group.ts';
import { type Case, muteOf, silencedBy } from './mutes.ts';
import { raiseSeverity } from './raise-severity.ts';
import { note } from './trace.ts';

/** A moment at which alerts are evaluated. */
export interface Moment {
  /** The stage time, ms. */
  readonly atMs: number;
  /**
   * The stage time up to which waiting periods are counted, ms; `Infinity` when the scope ends, because nothing
   * follows.
   *
   * @default `atMs`
   */
  readonly untilMs?: number;
  readonly settings: Settings;
}

/** Emits every transition of an alert that is due at a moment. */
export function evaluate(cluster: ClusterState, alert: OpenAlert, moment: Moment): Effect[] {
  const { atMs, untilMs = atMs, settings } = moment;
  raiseSeverity(alert, atMs, settings.alerts);
  const effects: Effect[] = [];
  while (cluster.alerts.has(alert.id)) {
    const due = dueOf(alert, untilMs, settings.alerts);
    if (!('transition' in due)) {
      note(alert.trace, { atMs, stage: 'group', reason: due.reason });
      break;
    }
    const emitted = emit({ cluster, alert, due, atMs, settings });
    if (emitted.length === 0) break;
    effects.push(...emitted);
  }
  return effects;
}

/**
 * Passes a due transition through the mutes, records it, and removes the alert from its cluster when it is resolved.
 * @returns the alert's record; nothing if the transition is muted and the alert did not change
 */
export function emit(subject: Case): Effect[] {
  const { cluster, alert, due, atMs, settings } = subject;
  note(alert.trace, { atMs, stage: due.stage, reason: due.reason, detail: due.detail });
  const muted = muteOf(subject);
  if (muted !== undefined) note(alert.trace, { atMs, ...muted });
  else if (isSilenced(alert)) note(alert.trace, { atMs, stage: 'silence', reason: 'no longer silenced' });
  if (muted !== undefined && !due.changed) return [];
  const record = nextRecord(cluster, alert, { transition: due.transition, notify: muted === undefined, atMs });
  // RESOLVED-ONCE: an alert that is not in its cluster has no further record.
  if (due.transition === 'resolved') {
    cluster.alerts.delete(alert.id);
    rememberResolved(cluster, record);
  }
  return [alertEffect(record, settings)];
}

/** Returns whether the newest decision about silences in the alert's trace is that one mutes it. */
const isSilenced = ({ trace }: OpenAlert): boolean =>
  trace.findLast(({ stage }) => stage === 'silence')?.reason.startsWith(silencedBy) ?? false;
