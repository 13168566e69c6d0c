import type { Alerts } from '../api/alert-types.ts';

/**
 * Returns the alerts of a first page and of those that follow it.
 * @param count the number of pages, with the first
 * @param read  reads the page that a cursor names
 */
export async function pagesFrom(
  first: Alerts,
  count: number,
  read: (cursor: string) => Promise<Alerts>,
): Promise<Alerts> {
  let last = first;
  const alerts = new Map(first.alerts.map((alert) => [alert.id, alert]));
  for (let nth = 1; nth < count && last.next !== undefined; nth += 1) {
    last = await read(last.next);
    for (const alert of last.alerts) alerts.set(alert.id, alert);
  }
  return { ...first, alerts: [...alerts.values()], next: last.next };
}
