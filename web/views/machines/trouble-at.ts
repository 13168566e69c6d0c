import type { Alert } from '../../api/alert-types.ts';
import type { MeasureRow } from '../../api/data-types.ts';
import type { Trouble } from '../../api/types.ts';
import { alertTitle } from '../../format/alert-title.ts';

const order = ['critical', 'warning', 'info'];

const none: Trouble = { severity: null, reason: null, alertIds: [] };

const pathOf = ({ cluster, kind, name }: Alert['entity']): string => `${cluster}/${kind}/${name}`;
const titleOf = (alert: Alert): string => alertTitle({ ...alert, cause: alert.suspects[0] });

/**
 * Returns machines with the trouble that they had at a moment of the past: the alerts that were open then.
 * @param atMs the end of the range
 */
export function withTroubleAt(rows: readonly MeasureRow[], alerts: readonly Alert[], atMs: number): MeasureRow[] {
  const open = alerts
    .filter(({ startsAtMs, endsAtMs }) => startsAtMs <= atMs && (endsAtMs ?? Number.POSITIVE_INFINITY) > atMs)
    .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  const troubled = rows.map((row): MeasureRow => {
    const own = open.filter((alert) =>
      [alert.entity, ...alert.suspects.map(({ entity }) => entity)].some((entity) => pathOf(entity) === row.path),
    );
    const worst = own[0];
    const trouble =
      worst === undefined
        ? none
        : { severity: worst.severity, reason: titleOf(worst), alertIds: own.map(({ id }) => id) };
    return { ...row, trouble };
  });
  const rank = ({ trouble }: MeasureRow): number =>
    trouble.severity === null ? order.length : order.indexOf(trouble.severity);
  return troubled.sort((a, b) => rank(a) - rank(b));
}

/** Returns machines whose trouble of the present is told by the title of its alert. */
export function withTitles(rows: readonly MeasureRow[], alerts: readonly Alert[]): MeasureRow[] {
  const titles = new Map(alerts.map((alert) => [alert.id, titleOf(alert)]));
  return rows.map((row) => {
    const title = row.trouble.alertIds.map((id) => titles.get(id)).find((each) => each !== undefined);
    return title === undefined ? row : { ...row, trouble: { ...row.trouble, reason: title } };
  });
}
