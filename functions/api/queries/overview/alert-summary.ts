import type { Alert } from '../../../shared/domain/alert.ts';
import { severities } from '../../../shared/domain/anomaly.ts';
import { entityPath } from '../../../shared/domain/entity.ts';
import { compareText } from '../../../shared/domain/order.ts';
import { liveScope } from '../../../shared/domain/sample.ts';
import { seriesText } from '../../../shared/domain/series-text.ts';
import type { AlertSummary, Trouble } from '../../answers/alert-summary.ts';

const acknowledgedBy = 'acknowledged by ';
/** The reasons for which the alert stage sends the first page. */
const firstPages = ['first notification', 'critical at once', 'over'];

/**
 * Returns an alert without its trace and its other suspects.
 * @param silencedBy the id of the silence that mutes it now
 */
export function summaryOf(alert: Alert, silencedBy?: string): AlertSummary {
  const { id, revision, status, severity, title, headline, entity, startsAtMs, updatedAtMs, endsAtMs, trace } = alert;
  const acknowledged = trace.findLast(({ stage, reason }) => stage === 'command' && reason.startsWith(acknowledgedBy));
  const paged =
    alert.firstPageRevision === undefined ? undefined : trace.find(({ reason }) => firstPages.includes(reason));
  const [cause] = alert.suspects;
  return {
    id,
    revision,
    status,
    severity,
    title,
    headline,
    entity,
    cluster: entity.cluster,
    startsAtMs,
    updatedAtMs,
    ...(endsAtMs === undefined ? {} : { endsAtMs }),
    ...(acknowledged && {
      acknowledged: { by: acknowledged.reason.slice(acknowledgedBy.length), atMs: acknowledged.atMs },
    }),
    ...(paged && { paged: { atMs: paged.atMs } }),
    ...(silencedBy === undefined ? {} : { silencedBy }),
    series: alert.anomalies.length,
    components: new Set(alert.suspects.map((suspect) => entityPath(suspect.entity))).size,
    ...(cause && {
      cause: {
        path: entityPath(cause.entity),
        series: seriesText(cause.series),
        score: cause.score,
        why: cause.why,
      },
    }),
    ...(alert.scope === liveScope ? {} : { isReplay: true as const }),
  };
}

/** Compares two alerts: silenced ones last, then by severity, those that nobody acknowledged first, then the newer first. */
export const worstAlertFirst = (a: AlertSummary, b: AlertSummary): number =>
  Number(a.silencedBy !== undefined) - Number(b.silencedBy !== undefined) ||
  severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
  Number(a.status === 'acknowledged') - Number(b.status === 'acknowledged') ||
  b.startsAtMs - a.startsAtMs ||
  compareText(a.id, b.id);

/** Returns the trouble of each entity that open alerts suspect, by its path. */
export function troubleByPath(open: readonly Alert[]): ReadonlyMap<string, Trouble> {
  const troubles = new Map<string, Trouble>();
  const worstFirst = open.toSorted(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || b.startsAtMs - a.startsAtMs,
  );
  for (const { id, severity, title, suspects } of worstFirst) {
    for (const path of new Set(suspects.map(({ entity }) => entityPath(entity)))) {
      const known = troubles.get(path);
      if (known === undefined) troubles.set(path, { severity, reason: title, alertIds: [id] });
      else known.alertIds.push(id);
    }
  }
  return troubles;
}

/** The trouble of an entity that no open alert suspects. */
export const noTrouble = (): Trouble => ({ severity: null, reason: null, alertIds: [] });

/** Compares two troubles: the worse first. */
export const worseFirst = (a: Trouble, b: Trouble): number => rankOf(a) - rankOf(b);

const rankOf = ({ severity }: Trouble): number =>
  severity === null ? severities.length : severities.indexOf(severity);
