import type { Settings } from '../shared/domain/settings.ts';
import { type ClusterState, type OpenAlert, severityOf, severityRank } from './cluster-state.ts';
import { type Due, isTooShort } from './group.ts';
import { silenceOf } from './silence.ts';

/** What the small stages look at: an alert with a transition that is due. */
export interface Case {
  readonly cluster: ClusterState;
  readonly alert: OpenAlert;
  readonly due: Due;
  /** Stage time. */
  readonly atMs: number;
  readonly settings: Settings;
}

/** Begins the reason of a mute by a silence; its id follows. */
export const silencedBy = 'silenced by';

/** Why receivers are not told. */
export interface Muted {
  readonly reason: string;
  readonly detail?: string;
}

/** One small stage between what is due and who is told. */
export interface Mute {
  readonly stage: string;
  /** @returns why nobody is to be told; `undefined` lets the transition pass */
  judge(subject: Case): Muted | undefined;
}

/**
 * Every reason not to tell, in the order they are asked; the first one decides. What a receiver was told of as open it
 * is always told of as resolved.
 * @see Alertmanager's notification pipeline
 */
export const mutes: readonly Mute[] = [
  { stage: 'announce', judge: neverAnnounced },
  { stage: 'short', judge: overBefore },
  { stage: 'acknowledge', judge: inGoodHands },
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

function neverAnnounced({ alert, due }: Case): Muted | undefined {
  const isAnswer = due.transition === 'resolved' || due.transition === 'acknowledged';
  return isAnswer && alert.told === undefined ? { reason: 'never announced' } : undefined;
}

function overBefore({ alert, due, settings }: Case): Muted | undefined {
  if (due.transition !== 'opened' || severityOf(alert) === 'critical' || !isTooShort(alert, settings.alerts)) {
    return undefined;
  }
  return { reason: 'over before its first notification' };
}

/** Who took an alert is disturbed again only if it gets worse. */
function inGoodHands({ alert, due }: Case): Muted | undefined {
  if (alert.status !== 'acknowledged' || due.transition !== 'updated') return undefined;
  const before = (alert.told ?? alert.recorded)?.severity ?? 'info';
  return severityRank[severityOf(alert)] > severityRank[before] ? undefined : { reason: 'acknowledged' };
}

function silenced({ cluster, alert, due, atMs }: Case): Muted | undefined {
  if (due.transition === 'resolved') return undefined;
  const silence = silenceOf(cluster, alert, atMs);
  if (silence === undefined) return undefined;
  const until = new Date(silence.endsAtMs).toISOString();
  return { reason: `${silencedBy} ${silence.id}`, detail: `${silence.by}, until ${until}` };
}
