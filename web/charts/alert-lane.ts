import { useMemo } from 'preact/hooks';
import type { Alert, Alerts } from '../api/alert-types.ts';
import { useAnswer } from '../api/answer.ts';
import { alertTitle } from '../format/alert-title.ts';
import { cluster, range } from '../frame/where.ts';
import type { RibbonAlert } from './ribbon-layout.ts';

/** The most alerts of a lane: the newest. */
const alertsMax = 200;

/** Reads the newest alerts that began before the end of the range. All of a view share them. */
export function useNewestAlerts(): readonly Alert[] | undefined {
  const { data } = useAnswer<Alerts>('/api/alerts', {
    cluster: cluster.value,
    to: range.value.to === 'now' ? undefined : range.value.to,
    limit: alertsMax,
  });
  return data?.alerts;
}

/**
 * Reads the alerts of the first lane of a stack.
 * @param isOf chooses alerts; all of the cluster without it
 */
export function useAlertLane(isOf?: (alert: Alert) => boolean): readonly RibbonAlert[] {
  const data = useNewestAlerts();
  return useMemo(
    () =>
      (data ?? [])
        .filter((alert) => isOf?.(alert) ?? true)
        .map((alert) => ({
          id: alert.id,
          title: alertTitle({ ...alert, cause: alert.suspects[0] }),
          severity: alert.severity,
          fromMs: alert.startsAtMs,
          toMs: alert.endsAtMs ?? (alert.status === 'resolved' ? alert.updatedAtMs : null),
        })),
    [data],
  );
}
