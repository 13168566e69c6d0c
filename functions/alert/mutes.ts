import type { Settings } from '../shared/domain/settings.ts';
import { snapshotOf } from './alert-index.ts';
import { type ClusterState, type OpenAlert, severityOf, severityRank } from './cluster-state.ts';
import { type Due, isTooShort } from './group.ts';
import { silenceOf } from './silence.ts';

/** A transition that is due, and all that a mute needs to judge it. */
export interface Case {
  readonly cluster: ClusterState;
  readonly alert: OpenAlert;
  readonly due: Due;
  /** The stage time, ms. */
  readonly atMs: number;
  readonly settings: Settings;
}

/** The first words of the reason of a mute by a silence; the silence's id follows. */
export const silencedBy = 'silenced by';

/** The reason why receivers get no notification. */
export interface Muted {
  readonly reason: string;
  readonly detail?: string;
}

/** One named stage between a due transition and its notification. */
export interface Mute {
  readonly stage: string;
  /** @returns why no notification is sent; `undefined` lets the transition pass */
  judge(subject: Case): Muted | undefined;
}

/**
 * Every reason not to notify, in the order in which they are asked; the first that applies decides. No mute keeps back
 * the resolve of an alert that was announced.
 * @see Alertmanager's notification pipeline
 */
export const mutes: readonly Mute[] = [
  { stage: 'feedback', judge: forTheRecord },
  { stage: 'announce', judge: neverAnnounced },
  { stage: 'short', judge: overBefore },
  { stage: 'acknowledge', judge: acknowledgedBefore },
  { stage: 'silence', judge: silenced },
];

/** @returns the first mute that applies, with its stage */
export function muteOf(subject: Case): (Muted & { readonly stage: string }) | undefined {
  for (const { stage, judge } of mutes) {
    const muted = judge(subject);
    if (muted !== undefined) return { stage, ...muted };
  }
  return undefined;
}

/** Mutes the judgement or the comment of an operator, which is only recorded. */
function forTheRecord({ due }: Case): Muted | undefined {
  return due.transition === 'feedback' || due.transition === 'commented' ? { reason: 'only recorded' } : undefined;
}

/** Mutes the answer to a page that receivers never got (RESOLVE-FOLLOWS-ANNOUNCEMENT). */
function neverAnnounced({ alert, due }: Case): Muted | undefined {
  const isAnswer = due.transition === 'resolved' || due.transition === 'acknowledged';
  return isAnswer && alert.announced === undefined ? { reason: 'never announced' } : undefined;
}

/** Mutes an incident shorter than `groupWait`, unless it is critical (SHORT-INCIDENT-DOES-NOT-PAGE). */
function overBefore({ alert, due, settings }: Case): Muted | undefined {
  if (due.transition !== 'opened' || severityOf(alert) === 'critical' || !isTooShort(alert, settings.alerts)) {
    return undefined;
  }
  return { reason: 'over before its first notification' };
}

/**
 * Mutes the updates of an acknowledged alert, unless its severity rose, or it spread to an entity that no message named
 * (ACKNOWLEDGED-IS-NOT-REPAGED).
 */
function acknowledgedBefore({ alert, due, atMs }: Case): Muted | undefined {
  if (alert.status !== 'acknowledged' || due.transition !== 'updated') return undefined;
  // An alert that a silence muted may be acknowledged before its first page: then only its severity at that time is known.
  const before = alert.announced ?? alert.acknowledged ?? { severity: 'info', entities: 0 };
  const { severity, entities } = snapshotOf(alert, atMs);
  const isWorse = severityRank[severity] > severityRank[before.severity] || entities > before.entities;
  return isWorse ? undefined : { reason: 'acknowledged' };
}

/** Mutes every transition but `resolved` while a silence matches the alert (SILENCED-DOES-NOT-PAGE). */
function silenced({ cluster, alert, due, atMs }: Case): Muted | undefined {
  if (due.transition === 'resolved') return undefined;
  const silence = silenceOf(cluster, alert, atMs);
  if (silence === undefined) return undefined;
  const until = new Date(silence.endsAtMs).toISOString();
  return { reason: `${silencedBy} ${silence.id}`, detail: `${silence.by}, until ${until}` };
}
