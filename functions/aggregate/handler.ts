import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { dayMs, hourMs, minuteMs } from '../shared/domain/durations.ts';
import { UsageError } from '../shared/domain/errors.ts';
import { failureReport } from '../shared/handler/failure-report.ts';
import { invocationTelemetry } from '../shared/handler/invocation-telemetry.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { Warehouse } from '../shared/ports/warehouse.ts';
import { inventoryKeptDays } from '../shared/warehouse/retention.ts';
import { summaryDocument } from '../shared/warehouse/summary-document.ts';
import { HourOfSummaries } from './aggregate.ts';

export type AggregatePorts = Pick<Ports, 'warehouse' | 'telemetry' | 'clock'>;

/** The result of the aggregation of one hour. */
export interface AggregateReport {
  /** The start of the hour, as an ISO date. */
  readonly hour: string;
  /** The number of minutes that were read. */
  readonly minutes: number;
  /** The number of documents that were written. */
  readonly documents: number;
}

export type AggregateHandler = (event: unknown, context: Context) => Promise<readonly AggregateReport[]>;

/** The number of hours of one run. Late minutes are added to the older ones. */
const hoursOfRun = 3;

/** The most documents of one call to the warehouse, which must end before its deadline. */
const writesAtOnce = 10_000;

/**
 * Returns the handler that rolls minute summaries up into hours. It runs every hour for the last 3 whole hours. An event
 * `{ "hour": ISO date }` names another hour, for example after a replay. A second run changes nothing. Each run also deletes
 * from the inventory what was not seen for {@link inventoryKeptDays} days.
 *
 * It fails if the warehouse refuses a document, after all others are written: a full index refuses only new names of metrics.
 */
export function createAggregate(ports: AggregatePorts): AggregateHandler {
  const body = async (event: unknown, _context: Context): Promise<readonly AggregateReport[]> => {
    const reports: AggregateReport[] = [];
    const refusals: string[] = [];
    for (const startMs of hoursOf(event, ports.clock.nowMs())) {
      const { refused, ...report } = await aggregateHour(ports.warehouse, startMs);
      refusals.push(...refused);
      reports.push(report);
      ports.telemetry.info('an hour is aggregated', { ...report });
    }
    await dropUnseen(ports);
    if (refusals.length > 0) {
      throw new Error(`the warehouse refused ${refusals.length} documents of hours; the first: ${refusals[0]}`);
    }
    return reports;
  };
  return middy(body).use(invocationTelemetry(ports.telemetry)).use(failureReport('aggregate', ports.telemetry));
}

/** Deletes what the inventory has of components that were not seen for days. */
async function dropUnseen({ warehouse, clock, telemetry }: AggregatePorts): Promise<void> {
  const items = await warehouse.dropInventory(clock.nowMs() - inventoryKeptDays * dayMs);
  if (items > 0) telemetry.info('components are deleted from the inventory', { items, unseenDays: inventoryKeptDays });
}

interface AggregatedHour extends AggregateReport {
  /** The reason of each document that the warehouse refused. */
  readonly refused: readonly string[];
}

/**
 * @param startMs the start of the hour
 * @throws {UnavailableError} if the warehouse does not answer
 */
async function aggregateHour(warehouse: Warehouse, startMs: number): Promise<AggregatedHour> {
  const hour = new HourOfSummaries(startMs);
  let minutes = 0;
  for (let fromMs = startMs; fromMs < startMs + hourMs; fromMs += minuteMs) {
    const documents = await warehouse.search({
      family: 'offbeat-summaries',
      fromMs,
      toMs: fromMs + minuteMs,
      order: 'oldest first',
      limit: Number.MAX_SAFE_INTEGER,
    });
    for (const document of documents) hour.add(summaryDocument.read(document));
    minutes += documents.length;
  }
  const writes = hour.writes();
  const refused: string[] = [];
  for (let from = 0; from < writes.length; from += writesAtOnce) {
    const refusals = await warehouse.write(writes.slice(from, from + writesAtOnce));
    for (const { reason, leftOut } of refusals) if (leftOut === undefined) refused.push(reason);
  }
  return { hour: new Date(startMs).toISOString(), minutes, documents: writes.length - refused.length, refused };
}

/**
 * Returns the starts of the hours to aggregate.
 * @throws {UsageError} if the event names an hour that is not a date
 */
function hoursOf(event: unknown, nowMs: number): number[] {
  const named = typeof event === 'object' && event !== null && 'hour' in event ? event.hour : undefined;
  if (named !== undefined) {
    const timeMs = typeof named === 'string' ? Date.parse(named) : Number.NaN;
    if (Number.isNaN(timeMs)) throw new UsageError('hour: expected an ISO date such as 2026-11-23T15:00:00Z');
    return [Math.floor(timeMs / hourMs) * hourMs];
  }
  const running = Math.floor(nowMs / hourMs) * hourMs;
  return Array.from({ length: hoursOfRun }, (_, nth) => running - (hoursOfRun - nth) * hourMs);
}
