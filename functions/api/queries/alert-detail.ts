import type * as z from 'zod';
import type { Alert, Suspect } from '../../shared/domain/alert.ts';
import type { Anomaly } from '../../shared/domain/anomaly.ts';
import { minuteMs } from '../../shared/domain/durations.ts';
import { UnavailableError } from '../../shared/domain/errors.ts';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { anomalyDocument } from '../../shared/warehouse/anomaly-document.ts';
import type { alertDetailAnswer } from '../answers/alerts.ts';
import type { Shown } from '../answers/shown.ts';
import { findDeliveries } from './deliveries.ts';
import type { DeliveriesPorts, DeliveryRow } from './delivery-row.ts';
import { checksOf } from './first-checks.ts';

export type AlertDetail = Shown<z.infer<typeof alertDetailAnswer>>;
type Evidence = AlertDetail['evidence'][number];

/** The most deliveries of an alert that are listed. */
const deliveriesMax = 200;
/** The most anomalies that are listed besides those of suspects. */
const othersMax = 20;
/** The time around the start of a suspect in which its anomaly is searched: a clock that was set right may have moved it. */
const aroundMs = minuteMs;

/**
 * Returns an alert with the anomalies of its suspects, its deliveries and what to check first. What the warehouse would know
 * is absent while it is unavailable.
 */
export async function findDetail(alert: Alert, ports: DeliveriesPorts): Promise<AlertDetail> {
  const [evidence, others, deliveries] = await Promise.all([
    evidenceOf(alert, ports.warehouse),
    othersOf(alert, ports.warehouse),
    deliveriesOf(alert, ports),
  ]);
  const { runbook } = alert.annotations;
  return {
    ...alert,
    comments: alert.comments ?? [],
    evidence,
    others,
    deliveries,
    ...(runbook !== undefined && { runbook }),
    checks: checksOf(alert),
  };
}

async function evidenceOf({ suspects }: Alert, warehouse: Warehouse | undefined): Promise<Evidence[]> {
  if (warehouse === undefined || suspects.length === 0) return [];
  const starts = suspects.map(({ startsAtMs }) => startsAtMs);
  const documents = await unlessUnavailable(
    warehouse.search({
      family: 'offbeat-anomalies',
      match: { 'offbeat.anomaly.id': suspects.map(({ anomalyId }) => anomalyId) },
      fromMs: Math.min(...starts) - aroundMs,
      toMs: Math.max(...starts) + aroundMs,
      order: 'newest first',
      limit: suspects.length,
    }),
  );
  const anomalies = new Map(documents.map(anomalyDocument.read).map((anomaly) => [anomaly.id, anomaly]));
  const cause = anomalies.get(suspects[0]!.anomalyId);
  return suspects.flatMap((suspect, nth) => {
    const anomaly = anomalies.get(suspect.anomalyId);
    return anomaly === undefined ? [] : [{ anomaly, role: nth === 0 ? 'cause' : roleOf(suspect, anomaly, cause) }];
  });
}

/**
 * Returns the anomalies of an alert that are not those of its suspects, in the order in which they joined it: of each component
 * one series is the suspect.
 */
async function othersOf(alert: Alert, warehouse: Warehouse | undefined): Promise<Anomaly[]> {
  const { anomalies, suspects, startsAtMs, updatedAtMs } = alert;
  const known = new Set(suspects.map(({ anomalyId }) => anomalyId));
  const ids = anomalies.filter((id) => !known.has(id)).slice(0, othersMax);
  if (warehouse === undefined || ids.length === 0) return [];
  const documents = await unlessUnavailable(
    warehouse.search({
      family: 'offbeat-anomalies',
      match: { 'offbeat.anomaly.id': ids },
      fromMs: startsAtMs - aroundMs,
      toMs: updatedAtMs + aroundMs,
      order: 'oldest first',
      limit: ids.length,
    }),
  );
  const found = new Map(documents.map(anomalyDocument.read).map((anomaly) => [anomaly.id, anomaly]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

/**
 * Returns the role of a suspect that is not the likely cause. What began later and was over while the cause still lasted is a
 * reaction, such as copies that were made because of it.
 */
function roleOf({ startsAtMs }: Suspect, { endsAtMs }: Anomaly, cause: Anomaly | undefined): 'effect' | 'reaction' {
  if (cause === undefined || endsAtMs === undefined || startsAtMs <= cause.startsAtMs) return 'effect';
  return cause.endsAtMs === undefined || endsAtMs < cause.endsAtMs ? 'reaction' : 'effect';
}

async function deliveriesOf({ id }: Alert, ports: DeliveriesPorts): Promise<readonly DeliveryRow[]> {
  const parameters = { alert: id, limit: deliveriesMax };
  const [unsettled, delivered] = await Promise.all([
    findDeliveries(parameters, ports),
    findDeliveries({ ...parameters, state: 'delivered' }, ports).catch((error: unknown) => {
      if (error instanceof UnavailableError) return { deliveries: [] };
      throw error;
    }),
  ]);
  return [...unsettled.deliveries, ...delivered.deliveries];
}

async function unlessUnavailable<T>(found: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof UnavailableError) return [];
    throw error;
  }
}
