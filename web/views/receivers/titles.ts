import { alertTitle } from '../../format/alert-title.ts';
import { useOverview } from '../../frame/overview.ts';

/** Returns a function from the id of an alert to its title in words; the id where the alert is not known here. */
export function useAlertTitles(): (id: string) => string {
  const { data } = useOverview();
  const all = data === undefined ? [] : [...data.alerts.open, ...data.alerts.resolved];
  const titles = new Map(all.map((alert) => [alert.id, alertTitle(alert)]));
  return (id) => titles.get(id) ?? `Alert ${id}`;
}
