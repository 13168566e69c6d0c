import type { Alert, Alerts } from '../api/alert-types.ts';
import { useAnswer } from '../api/answer.ts';
import { alertTitle } from '../format/alert-title.ts';
import { shownSpan } from '../frame/present.ts';
import { cluster, range } from '../frame/where.ts';
import { alertGap } from './alert-gap.ts';
import type { RibbonAlert } from './ribbon-layout.ts';

/** The most alerts that are read: the newest. In a range of the past, one that was open for days stands behind many that are newer. */
const alertsMax = { live: 200, past: 1_000 } as const;

/** The alerts that views know of. */
export interface KnownAlerts {
  readonly alerts: readonly Alert[];
  /** The clause about those that are not known; empty where all are. */
  readonly gap: string;
}

const none: readonly Alert[] = [];

/** Reads the newest alerts that began before the end of the range. All of a view share them. */
export function useNewestAlerts(): KnownAlerts {
  const { to } = range.value;
  const of = to === 'now' ? { limit: alertsMax.live } : { to, limit: alertsMax.past };
  const answer = useAnswer<Alerts>('/api/alerts', { cluster: cluster.value, ...of });
  return { alerts: answer.data?.alerts ?? none, gap: alertGap(answer, shownSpan.value.fromMs) };
}

/**
 * Reads the alerts of the first lane of a stack.
 * @param isOf chooses alerts; all of the cluster without it
 */
export function useAlertLane(isOf?: (alert: Alert) => boolean): readonly RibbonAlert[] {
  return useNewestAlerts()
    .alerts.filter((alert) => isOf?.(alert) ?? true)
    .map((alert) => ({
      id: alert.id,
      title: alertTitle({ ...alert, cause: alert.suspects[0] }),
      severity: alert.severity,
      fromMs: alert.startsAtMs,
      toMs: alert.endsAtMs ?? (alert.status === 'resolved' ? alert.updatedAtMs : null),
    }));
}
