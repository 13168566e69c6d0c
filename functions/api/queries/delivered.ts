import type { DeliveryItem } from '../../shared/domain/delivery.ts';
import { runConcurrently } from '../../shared/handler/run-concurrently.ts';
import type { Listed } from '../alert-reader.ts';
import type { ParametersOf } from '../parameters.ts';
import type { DeliveriesPorts, DeliveryRow } from './delivery-row.ts';

/** The number of newest alerts whose items are read. */
const alertsMax = 1_000;
/** The number of items that are read at once. */
const readsAtOnce = 16;

/** A sentence about what the table of deliveries does not know. */
const deliveredNote =
  'without a warehouse, of each known alert only the first page and the newest revision that a receiver accepted are ' +
  'known, without their times';

interface Delivered {
  readonly deliveries: readonly DeliveryRow[];
  /** A sentence about what is not known. */
  readonly note: string;
}

/**
 * Returns what receivers accepted, as the table of deliveries knows it: of each alert the first page and the newest
 * revision. The alerts are the newest 1,000 that are known, the newest first, or the one that the parameters name.
 * @throws {UnavailableError} if the table, or the source of alerts, does not answer
 */
export async function deliveredByTable(
  { receiver, alert }: ParametersOf<'deliveries'>,
  { deliveries, reader, settings }: DeliveriesPorts,
): Promise<Delivered> {
  const receivers = settings.receivers.map(({ name }) => name).filter((name) => name === (receiver ?? name));
  const { items: alerts, note }: Listed<{ readonly id: string }> =
    alert === undefined ? await reader.alerts({ limit: alertsMax }) : { items: [{ id: alert }] };
  const keys = alerts.flatMap(({ id: alertId }) => receivers.map((name) => ({ receiver: name, alertId })));
  const rows: DeliveryRow[][] = [];
  const reads = keys.map((key, nth) => [{ key, nth }]);
  await runConcurrently(reads, readsAtOnce, async ({ key, nth }) => {
    rows[nth] = rowsOf(await deliveries.read(key));
  });
  return {
    deliveries: rows.flat(),
    note: note === undefined ? deliveredNote : `${deliveredNote}; ${note}`,
  };
}

function rowsOf({ receiver, alertId, acknowledgedRevision, firstPage }: DeliveryItem): DeliveryRow[] {
  const accepted = new Set([acknowledgedRevision, firstPage?.acknowledged ? firstPage.revision : 0]);
  return [...accepted]
    .filter((revision) => revision > 0)
    .map((revision) => ({ receiver, alertId, revision, state: 'delivered' }));
}
