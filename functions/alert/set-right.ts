import type { AlertState } from './state.ts';

/**
 * Live time was ahead, as a broker's clock was, and is right again: no moment that alerts and anomalies remember may lie
 * ahead of it, or they would wait until it comes true.
 * @param nowMs live time now
 */
export function setRight(state: AlertState, scope: string, nowMs: number): void {
  const capped = (ms: number): number => Math.min(ms, nowMs);
  for (const { alerts, dismissed, closed } of state.clustersOf(scope)) {
    for (const alert of alerts.values()) {
      alert.openedAtMs = capped(alert.openedAtMs);
      if (alert.recorded !== undefined) alert.recorded = { ...alert.recorded, atMs: capped(alert.recorded.atMs) };
      if (alert.told !== undefined) alert.told = { ...alert.told, atMs: capped(alert.told.atMs) };
      for (const [index, member] of alert.members.entries()) {
        const over = member.over && { over: { ...member.over, atMs: capped(member.over.atMs) } };
        alert.members[index] = { ...member, heardAtMs: capped(member.heardAtMs), ...over };
      }
    }
    for (const [id, each] of dismissed) dismissed.set(id, { ...each, heardAtMs: capped(each.heardAtMs) });
    for (const [id, atMs] of closed) closed.set(id, capped(atMs));
  }
}
