import { useMemo } from 'preact/hooks';
import type { Alerts } from '../api/alert-types.ts';
import { useAnswer } from '../api/answer.ts';
import { alertTitle } from '../format/alert-title.ts';
import { cluster } from '../frame/where.ts';
import type { RibbonAlert } from './ribbon-layout.ts';

/** The most alerts of a lane: the newest. */
const alertsMax = 200;

/**
 * Reads the alerts of the first lane of a stack.
 * @param isOf chooses alerts; all of the cluster without it
 */
export function useAlertLane(isOf?: (alert: Alerts['alerts'][number]) => boolean): readonly RibbonAlert[] {
  const { data } = useAnswer<Alerts>('/api/alerts', { cluster: cluster.value, limit: alertsMax });
  return useMemo(
    () =>
      (data?.alerts ?? [])
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
