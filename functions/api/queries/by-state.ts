import { rememberMs, resolvedMax } from '../../shared/domain/alert.ts';
import { dayMs } from '../../shared/domain/durations.ts';
import { UnavailableError } from '../../shared/domain/errors.ts';
import { compareText } from '../../shared/domain/order.ts';
import type { SilenceRecord } from '../../shared/domain/silence.ts';
import type { Known, KnownAlerts } from '../../shared/ports/known-alerts.ts';
import type { AlertReader, Listed } from '../alert-reader.ts';
import { type Page, pageOf } from '../cursor.ts';
import { noWarehouse } from '../no-warehouse.ts';
import { mentions, placeOfAlert, placeOfSilence } from './places.ts';

/**
 * Returns the reader of what alert's state knows, for a deployment without a warehouse: the alerts that are not resolved,
 * the last resolved ones of each cluster, and the silences that are not over.
 */
export function readerByState(known: KnownAlerts): AlertReader {
  return {
    source: 'the state of alert',
    missingAlerts: `without a warehouse, only open alerts are known, and the last ${resolvedMax} resolved ones of each cluster for ${rememberMs / dayMs} days, those of a replay until it ends`,
    missingSilences: 'without a warehouse, only silences that are not over are known',
    async alerts({ status, severity, cluster, q, from = 0, to = Number.POSITIVE_INFINITY, ...page }) {
      const isAsked = (alert: Known['alerts'][number]): boolean =>
        alert.status === (status ?? alert.status) &&
        alert.severity === (severity ?? alert.severity) &&
        alert.entity.cluster === (cluster ?? alert.entity.cluster) &&
        (q === undefined || mentions(alert, q)) &&
        alert.startsAtMs >= from &&
        alert.startsAtMs < to;
      const { alerts, stopped } = await known.read();
      const sorted = alerts.filter(isAsked).sort(newestAlertFirst);
      return listed(pageOf(sorted, page, placeOfAlert), stopped);
    },
    async open(cluster) {
      const { alerts, stopped } = await known.read();
      const isAsked = ({ status, entity }: Known['alerts'][number]): boolean =>
        status !== 'resolved' && entity.cluster === (cluster ?? entity.cluster);
      return listed({ items: alerts.filter(isAsked).sort(newestAlertFirst) }, stopped);
    },
    async alert(id) {
      const { alerts, stopped } = await known.read();
      return alerts.find((alert) => alert.id === id) ?? noneIn(stopped);
    },
    async silences({ state, cluster, ...page }) {
      if (state === 'over') throw noWarehouse('a silence that is over is known');
      const { silences, stopped } = await known.read();
      const sorted = silences
        .filter(
          (silence) => silence.state === (state ?? silence.state) && silence.cluster === (cluster ?? silence.cluster),
        )
        .sort(newestSilenceFirst);
      return listed(pageOf(sorted, page, placeOfSilence), stopped);
    },
    async silence(id, cluster) {
      const { silences, stopped } = await known.read();
      const [found] = silences
        .filter((silence) => silence.id === id && silence.cluster === (cluster ?? silence.cluster))
        .sort(newestSilenceFirst);
      return found ?? noneIn(stopped);
    },
    async hadAlert(cluster) {
      const { clusters, stopped } = await known.read();
      return clusters.has(cluster) || noneIn(stopped) !== undefined;
    },
  };
}

/** @returns `undefined`: there is none. @throws {UnavailableError} if a stopped partition may have it */
function noneIn(stopped: Known['stopped']): undefined {
  if (stopped.length > 0) throw new UnavailableError(stoppedText(stopped));
}

function listed<Item>(page: Page<Item>, stopped: Known['stopped']): Listed<Item> {
  return stopped.length === 0 ? page : { ...page, note: `${stoppedText(stopped)}; what it has is not listed` };
}

const stoppedText = (stopped: Known['stopped']): string =>
  stopped
    .map(({ partition, reason }) => `partition ${partition} of alert's state cannot be read: ${reason}`)
    .join('; ');

const newestAlertFirst = (a: Known['alerts'][number], b: Known['alerts'][number]): number =>
  b.startsAtMs - a.startsAtMs || compareText(a.id, b.id);

const newestSilenceFirst = (a: SilenceRecord, b: SilenceRecord): number =>
  b.createdAtMs - a.createdAtMs || compareText(a.id, b.id);
