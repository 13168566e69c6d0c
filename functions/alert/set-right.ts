import type { AlertState } from './state.ts';

/**
 * Caps every time that a scope's alerts and anomalies hold at its time now. Live time was ahead, because a broker's
 * clock was, and went back when that clock was corrected: a later time would delay whatever waits for it until it is
 * reached.
 * @param nowMs the scope's time now
 */
export function setRight(state: AlertState, scope: string, nowMs: number): void {
  const capped = (ms: number): number => Math.min(ms, nowMs);
  for (const { alerts, dismissed, closed, entities } of state.clustersOf(scope)) {
    entities.capAt(nowMs);
    for (const alert of alerts.values()) {
      alert.openedAtMs = capped(alert.openedAtMs);
      if (alert.recorded !== undefined) alert.recorded = { ...alert.recorded, atMs: capped(alert.recorded.atMs) };
      if (alert.announced !== undefined) alert.announced = { ...alert.announced, atMs: capped(alert.announced.atMs) };
      for (const [index, member] of alert.members.entries()) {
        const over = member.over && { over: { ...member.over, atMs: capped(member.over.atMs) } };
        alert.members[index] = { ...member, heardAtMs: capped(member.heardAtMs), ...over };
      }
    }
    for (const [id, each] of dismissed) dismissed.set(id, { ...each, heardAtMs: capped(each.heardAtMs) });
    for (const [id, atMs] of closed) closed.set(id, capped(atMs));
  }
}
