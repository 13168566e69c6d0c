import type { Attempt } from '../../shared/domain/attempt.ts';
import type { DeliveryItem } from '../../shared/domain/delivery.ts';
import { UnavailableError } from '../../shared/domain/errors.ts';
import { compareText } from '../../shared/domain/order.ts';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { attemptDocument } from '../../shared/warehouse/attempt-document.ts';
import { readingOf, readTimeCursor, pageOf as timePageOf } from '../cursor.ts';
import type { ParametersOf } from '../parameters.ts';
import { unsettledMax } from '../receivers.ts';
import { deliveredByTable } from './delivered.ts';
import type { DeliveriesPorts, DeliveryRow } from './delivery-row.ts';
import { pageOf } from './page.ts';

interface Deliveries {
  readonly deliveries: readonly DeliveryRow[];
  /** The cursor of the next page; absent on the last one. */
  readonly next?: string;
  /** A sentence about what is not known; absent if nothing is missing. */
  readonly note?: string;
}

type Parameters = ParametersOf<'deliveries'>;

/**
 * Returns the deliveries that wait, the longest first, and then those that were given up; if the parameters ask for
 * `delivered`, those that were delivered, the newest first.
 *
 * Receivers that the settings do not name are left out, except for `delivered` of the warehouse: no message is sent to
 * them. The reason and the time of a delivery that was given up, and the status of answers, come from the warehouse; without one, or
 * while it is unavailable, they are absent.
 * @throws {UnavailableError} if the table of deliveries, or for `delivered` the warehouse, does not answer
 */
export async function findDeliveries(parameters: Parameters, ports: DeliveriesPorts): Promise<Deliveries> {
  const { warehouse } = ports;
  if (parameters.state !== 'delivered') return pageOfRows(await unsettledRows(parameters, ports), parameters);
  if (warehouse === undefined) {
    const { deliveries, note } = await deliveredByTable(parameters, ports);
    return { ...pageOfRows(deliveries, parameters), note };
  }
  return deliveredPage(parameters, warehouse);
}

function pageOfRows(rows: readonly DeliveryRow[], { limit, cursor }: Parameters): Deliveries {
  const { items, next } = pageOf(rows, limit, cursor);
  return { deliveries: items, ...(next === undefined ? {} : { next }) };
}

/** Returns a page of what was delivered, which goes on by time: the list grows at its beginning. */
async function deliveredPage(parameters: Parameters, warehouse: Warehouse): Promise<Deliveries> {
  const { cursor: text, limit } = parameters;
  const page = { limit, ...(text !== undefined && { cursor: readTimeCursor(text) }) };
  const attempts = await attemptsOf('delivered', { ...parameters, ...readingOf(page) }, warehouse);
  const placeOf = ({ startedAtMs, receiver, alertId, revision }: Attempt) => ({
    timeMs: startedAtMs,
    id: JSON.stringify([receiver, alertId, revision]),
  });
  const { items, next } = timePageOf(attempts, page, placeOf);
  return { deliveries: items.map(deliveredRow), ...(next === undefined ? {} : { next }) };
}

async function unsettledRows(
  parameters: Parameters,
  { deliveries, warehouse, settings }: DeliveriesPorts,
): Promise<readonly DeliveryRow[]> {
  const { state } = parameters;
  const named = new Set(settings.receivers.map(({ name }) => name));
  const unsettled = (await deliveries.unsettled(unsettledMax)).filter(({ receiver }) => named.has(receiver));
  const items = unsettled.filter((item) => isAskedFor(item, parameters));
  const waiting = state === 'given up' ? [] : items.flatMap(waitingRows).sort(oldestFirst);
  const asked = state === 'waiting' ? items.filter((item) => item.waiting.length > 0) : items;
  if (asked.length === 0 || warehouse === undefined) return [...waiting, ...givenUpOf(items, state, [])];
  const newest = { ...parameters, limit: attemptsMax };
  const attempts = await attemptsOf(['failed', 'given up'], newest, warehouse).catch(whileUnavailable);
  const answered = waiting.map((row) => ({
    ...row,
    ...answeredStatus(attempts.find((attempt) => isOf(attempt, row))),
  }));
  return [...answered, ...givenUpOf(items, state, attempts)];
}

const givenUpOf = (
  items: readonly DeliveryItem[],
  state: ParametersOf<'deliveries'>['state'],
  attempts: readonly Attempt[],
): DeliveryRow[] => (state === 'waiting' ? [] : items.flatMap((item) => givenUpRows(item, attempts)));

/** Returns whether an attempt was one of a delivery. */
const isOf = (
  attempt: Attempt,
  { receiver, alertId, revision }: Pick<DeliveryRow, 'receiver' | 'alertId' | 'revision'>,
) => attempt.receiver === receiver && attempt.alertId === alertId && attempt.revision === revision;

const answeredStatus = (attempt: Attempt | undefined): Pick<DeliveryRow, 'answeredStatus'> =>
  attempt?.status === undefined ? {} : { answeredStatus: attempt.status };

/** The number of attempts that are read to find what receivers answered. */
const attemptsMax = 1_000;

function whileUnavailable(error: unknown): readonly Attempt[] {
  if (error instanceof UnavailableError) return [];
  throw error;
}

const isAskedFor = ({ receiver, alertId }: DeliveryItem, parameters: Parameters): boolean =>
  (parameters.receiver ?? receiver) === receiver && (parameters.alert ?? alertId) === alertId;

async function attemptsOf(
  outcome: Attempt['outcome'] | readonly Attempt['outcome'][],
  { receiver, alert, limit, to }: Parameters & { readonly to?: number },
  warehouse: Warehouse,
): Promise<readonly Attempt[]> {
  const match = {
    'offbeat.delivery.outcome': outcome,
    ...(receiver === undefined ? {} : { 'offbeat.delivery.receiver': receiver }),
    ...(alert === undefined ? {} : { 'offbeat.delivery.alert': alert }),
  };
  const documents = await warehouse.search({
    ...{ family: 'offbeat-deliveries', match, order: 'newest first', limit },
    ...(to !== undefined && { toMs: to }),
  });
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
      (attempt) => attempt.outcome === 'given up' && isOf(attempt, { receiver, alertId, revision }),
    );
    return {
      receiver,
      alertId,
      revision,
      state: 'given up',
      ...(last === undefined ? {} : { sinceMs: last.startedAtMs }),
      ...(last?.reason === undefined ? {} : { reason: last.reason }),
      ...answeredStatus(last),
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

const oldestFirst = (a: DeliveryRow, b: DeliveryRow): number =>
  (a.sinceMs ?? 0) - (b.sinceMs ?? 0) || compareText(a.receiver, b.receiver) || compareText(a.alertId, b.alertId);
