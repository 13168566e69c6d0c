import type { Alert } from '../shared/domain/alert.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { type OpenAlert, quietSinceMs, type Snapshot, severityOf, severityRank } from './cluster-state.ts';

/** The next record that is due of an alert, and why. */
export interface Due {
  readonly transition: Alert['transition'];
  /** The small stage that says so. */
  readonly stage: 'group' | 'resolve' | 'command';
  readonly reason: string;
  readonly detail?: string | undefined;
  /** Worth a record even when nobody is to be told: something about the alert changed. */
  readonly changed: boolean;
}

/** Why nothing is due. */
export interface NotYet {
  readonly reason: string;
}

type Times = Settings['alerts'];

/**
 * What an alert has to say at a moment: the first page after `groupWait`, critical at once; that it is over after
 * `resolveAfter` of quiet; what is new at most each `groupInterval`, but at once when it turns critical; and itself
 * again after `repeatInterval`.
 * @param untilMs stage time; `Infinity` when nothing can be waited for any more
 * @see Alertmanager's group_wait, group_interval, repeat_interval
 */
export function dueOf(alert: OpenAlert, untilMs: number, times: Times): Due | NotYet {
  return alert.recorded === undefined
    ? firstDue(alert, untilMs, times)
    : (resolveDue(alert, untilMs, times) ?? newsDue(alert, alert.recorded, untilMs, times));
}

/** Whether the incident was over before anybody had to hear of it: shorter than the time to gather. */
export function isTooShort({ members }: OpenAlert, { groupWait }: Times): boolean {
  let [startMs, endMs] = [Number.POSITIVE_INFINITY, 0];
  for (const { startsAtMs, over } of members) {
    if (over === undefined) return false;
    startMs = Math.min(startMs, startsAtMs);
    endMs = Math.max(endMs, over.endsAtMs);
  }
  return endMs - startMs < groupWait;
}

function firstDue(alert: OpenAlert, untilMs: number, times: Times): Due | NotYet {
  const opened = (reason: string): Due => ({ transition: 'opened', stage: 'group', reason, changed: true });
  if (severityOf(alert) === 'critical') return opened('critical at once');
  if (isTooShort(alert, times)) {
    return isQuietFor(alert, untilMs, times.resolveAfter) ? opened('over') : { reason: 'waiting for group' };
  }
  return untilMs - alert.openedAtMs >= times.groupWait ? opened('first notification') : { reason: 'waiting for group' };
}

function resolveDue(alert: OpenAlert, untilMs: number, { resolveAfter }: Times): Due | undefined {
  if (!isQuietFor(alert, untilMs, resolveAfter)) return undefined;
  return { transition: 'resolved', stage: 'resolve', reason: 'all closed', detail: lastBecause(alert), changed: true };
}

/** Why the last of its anomalies closed. */
function lastBecause({ members }: OpenAlert): string {
  const ends = members.flatMap(({ over }) => over ?? []);
  return ends.reduce((last, over) => (over.atMs >= last.atMs ? over : last)).because;
}

function newsDue(alert: OpenAlert, recorded: Snapshot, untilMs: number, times: Times): Due | NotYet {
  const { told, members } = alert;
  const news = newsSince(alert, recorded);
  const turnedCritical = recorded.severity !== 'critical' && severityOf(alert) === 'critical';
  if (turnedCritical) return updated('critical at once', true);
  if (news !== undefined && untilMs - recorded.atMs >= times.groupInterval) return updated(news, true);
  if (told === undefined) {
    // What nobody was told of yet does not wait: it is only muted.
    const isOpen = members.some(({ over }) => over === undefined);
    return isOpen ? updated('first notification', false) : { reason: 'nothing new' };
  }
  if (news !== undefined) return { reason: 'waiting for group interval' };
  const untold = newsSince(alert, told);
  if (untold !== undefined && untilMs - told.atMs >= times.groupInterval) return updated(untold, false);
  if (alert.status === 'open' && untilMs - told.atMs >= Math.max(1, times.repeatInterval)) {
    return { transition: 'repeated', stage: 'group', reason: 'repeat interval elapsed', changed: false };
  }
  return { reason: 'nothing new' };
}

function updated(reason: string, changed: boolean): Due {
  return { transition: 'updated', stage: 'group', reason, changed };
}

function newsSince(alert: OpenAlert, said: Snapshot): string | undefined {
  if (severityRank[severityOf(alert)] > severityRank[said.severity]) return 'severity raised';
  return alert.members.length > said.anomalies ? 'new anomalies' : undefined;
}

function isQuietFor(alert: OpenAlert, untilMs: number, durationMs: number): boolean {
  const sinceMs = quietSinceMs(alert);
  return sinceMs !== undefined && untilMs - sinceMs >= durationMs;
}
