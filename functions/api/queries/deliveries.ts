import type { Attempt } from '../../shared/domain/attempt.ts';
import type { DeliveryItem } from '../../shared/domain/delivery.ts';
import { UnavailableError } from '../../shared/domain/errors.ts';
import { compareText } from '../../shared/domain/order.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { attemptDocument } from '../../shared/warehouse/attempt-document.ts';
import type { ParametersOf } from '../parameters.ts';
import { type DeliveryTables, unsettledMax } from '../receivers.ts';

/** One revision of an alert for one receiver. */
export interface DeliveryRow {
  readonly receiver: string;
  readonly alertId: string;
  readonly revision: number;
  readonly state: 'waiting' | 'given up' | 'delivered';
  /** When it first could not be delivered, was given up, or was delivered. */
  readonly sinceMs?: number;
  /** Why it waits or was given up. */
  readonly reason?: string;
  /** Failed tries so far; only of what waits. */
  readonly tries?: number;
  /** When it is tried next; only of what waits. */
  readonly nextTryMs?: number;
}

interface DeliveriesPorts extends Pick<DeliveryTables, 'deliveries'> {
  readonly warehouse: Warehouse;
  readonly settings: Pick<Settings, 'receivers'>;
}

/**
 * What waits, the longest first, and then what was given up; or, where the parameters asks for it, what was delivered, the
 * newest first. What is not settled is left out for receivers that the settings do not name: nobody sends it. Of what
 * was given up the warehouse knows why and when: without it both are left out.
 * @throws {UnavailableError} if the table, or for what was delivered the warehouse, does not answer
 */
export async function findDeliveries(
  parameters: ParametersOf<'deliveries'>,
  { deliveries, warehouse, settings }: DeliveriesPorts,
): Promise<readonly DeliveryRow[]> {
  const { state, limit } = parameters;
  if (state === 'delivered')
    return (await attemptsOf('delivered', parameters, warehouse)).map(deliveredRow).slice(0, limit);
  const named = new Set(settings.receivers.map(({ name }) => name));
  const unsettled = (await deliveries.unsettled(unsettledMax)).filter(({ receiver }) => named.has(receiver));
  const items = unsettled.filter((item) => isAskedFor(item, parameters));
  const waiting = state === 'given up' ? [] : items.flatMap(waitingRows).sort(longestFirst);
  if (state === 'waiting' || items.every(({ givenUp }) => givenUp.length === 0)) return waiting.slice(0, limit);
  const attempts = await attemptsOf('given up', { ...parameters, limit: attemptsMax }, warehouse).catch(
    withoutWarehouse,
  );
  return [...waiting, ...items.flatMap((item) => givenUpRows(item, attempts))].slice(0, limit);
}

/** How many attempts are looked at for the reasons of what was given up. */
const attemptsMax = 1_000;

function withoutWarehouse(error: unknown): readonly Attempt[] {
  if (error instanceof UnavailableError) return [];
  throw error;
}

const isAskedFor = ({ receiver, alertId }: DeliveryItem, parameters: ParametersOf<'deliveries'>): boolean =>
  (parameters.receiver ?? receiver) === receiver && (parameters.alert ?? alertId) === alertId;

async function attemptsOf(
  outcome: Attempt['outcome'],
  { receiver, alert, limit }: ParametersOf<'deliveries'>,
  warehouse: Warehouse,
): Promise<readonly Attempt[]> {
  const match = {
    'offbeat.delivery.outcome': outcome,
    ...(receiver === undefined ? {} : { 'offbeat.delivery.receiver': receiver }),
    ...(alert === undefined ? {} : { 'offbeat.delivery.alert': alert }),
  };
  const documents = await warehouse.search({ family: 'offbeat-deliveries', match, order: 'newest first', limit });
  return documents.map(attemptDocument.read);
}

function waitingRows({ receiver, alertId, waiting }: DeliveryItem): DeliveryRow[] {
  return waiting.map(({ revision, sinceMs, reason, tries, nextTryMs }) => ({
    receiver,
    alertId,
    revision,
    state: 'waiting',
    sinceMs,
    reason,
    tries,
    nextTryMs,
  }));
}

function givenUpRows({ receiver, alertId, givenUp }: DeliveryItem, attempts: readonly Attempt[]): DeliveryRow[] {
  return givenUp.map((revision) => {
    const last = attempts.find(
      (attempt) => attempt.receiver === receiver && attempt.alertId === alertId && attempt.revision === revision,
    );
    return {
      receiver,
      alertId,
      revision,
      state: 'given up',
      ...(last === undefined ? {} : { sinceMs: last.startedAtMs }),
      ...(last?.reason === undefined ? {} : { reason: last.reason }),
    };
  });
}

const deliveredRow = ({ receiver, alertId, revision, startedAtMs }: Attempt): DeliveryRow => ({
  receiver,
  alertId,
  revision,
  state: 'delivered',
  sinceMs: startedAtMs,
});

const longestFirst = (a: DeliveryRow, b: DeliveryRow): number =>
  (a.sinceMs ?? 0) - (b.sinceMs ?? 0) || compareText(a.receiver, b.receiver) || compareText(a.alertId, b.alertId);
