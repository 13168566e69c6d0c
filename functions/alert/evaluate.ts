import type { Settings } from '../shared/domain/settings.ts';
import type { Effect } from '../shared/log/record.ts';
import { nextRecord } from './alert-record.ts';
import type { ClusterState, OpenAlert } from './cluster-state.ts';
import { type Due, dueOf } from './group.ts';
import { muteOf, silencedBy } from './mutes.ts';
import { note } from './trace.ts';

/**
 * Says what an alert has to say at a moment, and drops it from its cluster once it said that it is over.
 * @param atMs stage time
 * @param untilMs how far waiting has come: stage time, or `Infinity` when the scope ends
 */
export function evaluate(
  cluster: ClusterState,
  alert: OpenAlert,
  atMs: number,
  settings: Settings,
  untilMs: number = atMs,
): Effect[] {
  const effects: Effect[] = [];
  while (cluster.alerts.has(alert.id)) {
    const due = dueOf(alert, untilMs, settings.alerts);
    if (!('transition' in due)) {
      note(alert.trace, { atMs, stage: 'group', reason: due.reason });
      break;
    }
    const said = say(cluster, alert, due, atMs, settings);
    if (said.length === 0) break;
    effects.push(...said);
  }
  return effects;
}

/** Sends a due transition through the mutes. @returns its record; none if nothing changed and nobody is to be told */
export function say(cluster: ClusterState, alert: OpenAlert, due: Due, atMs: number, settings: Settings): Effect[] {
  note(alert.trace, { atMs, stage: due.stage, reason: due.reason, detail: due.detail });
  const muted = muteOf({ cluster, alert, due, atMs, settings });
  if (muted !== undefined) note(alert.trace, { atMs, ...muted });
  else if (isSilenced(alert)) note(alert.trace, { atMs, stage: 'silence', reason: 'no longer silenced' });
  if (muted !== undefined && !due.changed) return [];
  const effect = nextRecord(cluster, alert, due.transition, muted === undefined, atMs);
  if (due.transition === 'resolved') cluster.alerts.delete(alert.id);
  return [effect];
}

/** Returns whether the newest decision about silences in its trace is that one mutes it. */
const isSilenced = ({ trace }: OpenAlert): boolean =>
  trace.findLast(({ stage }) => stage === 'silence')?.reason.startsWith(silencedBy) ?? false;
