import type { Alert } from '../shared/domain/alert.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { indexOf } from './alert-index.ts';
import { type OpenAlert, quietSinceMs, type Snapshot, severityOf, severityRank } from './cluster-state.ts';
import { reasonsOf } from './ending.ts';

/** The next transition that is due for an alert, and why. */
export interface Due {
  readonly transition: Alert['transition'];
  /** The stage of the decision trace that decided. */
  readonly stage: 'group' | 'resolve' | 'command';
  readonly reason: string;
  readonly detail?: string | undefined;
  /** Shows whether the alert changed, so that it is recorded even if the transition is muted. */
  readonly changed: boolean;
}

/** The reason why nothing is due. */
export interface NotYet {
  readonly reason: string;
}

type Times = Settings['alerts'];

/**
 * Returns the transition of an alert that is due at a moment:
 *
 * - `opened` after `groupWait`, at once if it is critical;
 * - `resolved` once all its anomalies have been closed for `resolveAfter`;
 * - `updated` when something is new, at most once in `groupInterval`, at once if it turns critical, and `groupWait` after the
 *   last record if it has spread to another entity;
 * - `repeated` after `repeatInterval`.
 * @param untilMs stage time, ms; `Infinity` when the scope ends
 * @see Alertmanager's group_wait, group_interval, repeat_interval
 */
export function dueOf(alert: OpenAlert, untilMs: number, times: Times): Due | NotYet {
  return alert.recorded === undefined
    ? firstDue(alert, untilMs, times)
    : (resolveDue(alert, alert.recorded, untilMs, times) ?? newsDue(alert, alert.recorded, untilMs, times));
}

/** Returns whether all anomalies of an alert are closed and together lasted less than `groupWait`. */
export function isTooShort({ members }: OpenAlert, { groupWait }: Times): boolean {
  let [startMs, endMs] = [Number.POSITIVE_INFINITY, 0];
  for (const { startsAtMs, over } of members) {
    if (over === undefined) return false;
    startMs = Math.min(startMs, startsAtMs);
    endMs = Math.max(endMs, over.endsAtMs);
  }
  return endMs - startMs < groupWait;
}

/** Returns what is due for an alert without a record: `opened` or nothing (OPENED-FIRST). */
function firstDue(alert: OpenAlert, untilMs: number, times: Times): Due | NotYet {
  const opened = (reason: string): Due => ({ transition: 'opened', stage: 'group', reason, changed: true });
  if (severityOf(alert) === 'critical') return opened('critical at once');
  if (isTooShort(alert, times)) {
    return isQuietFor(alert, untilMs, times.resolveAfter) ? opened('over') : { reason: 'waiting for group' };
  }
  return untilMs - alert.openedAtMs >= times.groupWait ? opened('first notification') : { reason: 'waiting for group' };
}

/**
 * Returns `resolved` if it is due; it goes before every other transition (EVERY-ALERT-RESOLVES), but for the update that names
 * an entity first (NAMED-BEFORE-RESOLVED).
 */
function resolveDue(alert: OpenAlert, recorded: Snapshot, untilMs: number, { resolveAfter }: Times): Due | undefined {
  if (!isQuietFor(alert, untilMs, resolveAfter)) return undefined;
  if (alert.announced !== undefined && hasSpread(alert, recorded)) return updated(spread, true);
  return {
    transition: 'resolved',
    stage: 'resolve',
    reason: 'all closed',
    detail: reasonsOf(alert.members),
    changed: true,
  };
}

function newsDue(alert: OpenAlert, recorded: Snapshot, untilMs: number, times: Times): Due | NotYet {
  const { announced, members } = alert;
  const news = newsSince(alert, recorded);
  const turnedCritical = recorded.severity !== 'critical' && severityOf(alert) === 'critical';
  if (turnedCritical) return updated('critical at once', true);
  if (news !== undefined && untilMs - recorded.atMs >= waitFor(news, alert, times)) return updated(news, true);
  if (announced === undefined) {
    // The first page of an alert that was muted so far waits for no interval: it is due as soon as no mute applies.
    const isOpen = members.some(({ over }) => over === undefined);
    return isOpen ? updated('first notification', false) : { reason: 'nothing new' };
  }
  if (news !== undefined) return { reason: 'waiting for group interval' };
  const unannounced = newsSince(alert, announced);
  if (unannounced !== undefined && untilMs - announced.atMs >= waitFor(unannounced, alert, times)) {
    return updated(unannounced, false);
  }
  if (alert.status === 'open' && untilMs - announced.atMs >= Math.max(1, times.repeatInterval)) {
    return { transition: 'repeated', stage: 'group', reason: 'repeat interval elapsed', changed: false };
  }
  return { reason: 'nothing new' };
}

function updated(reason: string, changed: boolean): Due {
  return { transition: 'updated', stage: 'group', reason, changed };
}

/** Returns what is new in an alert since a snapshot of it; `undefined` if nothing is. */
function newsSince(alert: OpenAlert, snapshot: Snapshot): string | undefined {
  if (severityRank[severityOf(alert)] > severityRank[snapshot.severity]) return 'severity raised';
  if (hasSpread(alert, snapshot)) return spread;
  return alert.members.length > snapshot.anomalies ? 'new anomalies' : undefined;
}

/** The reason of an update about an entity that the alert has not named. */
const spread = 'another entity';
/** The most entities that a message names. */
export const namedMax = 10;

const hasSpread = (alert: OpenAlert, { entities }: Snapshot): boolean => indexOf(alert).entities.size > entities;

/**
 * Returns how long after a record news waits: another entity only for `groupWait`, as long as messages name each. What goes
 * beyond the tenth is counted in messages, and waits like other news, so that a storm does not send one for each entity.
 */
function waitFor(news: string, alert: OpenAlert, { groupWait, groupInterval }: Times): number {
  const isNamed = news === spread && indexOf(alert).entities.size <= namedMax;
  return isNamed ? Math.min(groupWait, groupInterval) : groupInterval;
}

function isQuietFor(alert: OpenAlert, untilMs: number, durationMs: number): boolean {
  const sinceMs = quietSinceMs(alert);
  return sinceMs !== undefined && untilMs - sinceMs >= durationMs;
}
