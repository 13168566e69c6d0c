import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { hourMs, minuteMs } from '../shared/domain/durations.ts';
import { UsageError } from '../shared/domain/errors.ts';
import { failureReport } from '../shared/handler/failure-report.ts';
import { invocationTelemetry } from '../shared/handler/invocation-telemetry.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { Warehouse } from '../shared/ports/warehouse.ts';
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
 * `{ "hour": ISO date }` names another hour, for example after a replay. A second run changes nothing.
 */
export function createAggregate(ports: AggregatePorts): AggregateHandler {
  const body = async (event: unknown, _context: Context): Promise<readonly AggregateReport[]> => {
    const reports: AggregateReport[] = [];
    for (const startMs of hoursOf(event, ports.clock.nowMs())) {
      reports.push(await aggregateHour(ports.warehouse, startMs));
    }
    for (const report of reports) ports.telemetry.info('an hour is aggregated', { ...report });
    return reports;
  };
  return middy(body).use(invocationTelemetry(ports.telemetry)).use(failureReport('aggregate', ports.telemetry));
}

/**
 * @param startMs the start of the hour
 * @throws {UnavailableError} if the warehouse does not answer
 * @throws {Error} if the warehouse refuses a document
 */
async function aggregateHour(warehouse: Warehouse, startMs: number): Promise<AggregateReport> {
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
  for (let from = 0; from < writes.length; from += writesAtOnce) {
    const [refused] = await warehouse.write(writes.slice(from, from + writesAtOnce));
    if (refused !== undefined) throw new Error(`the warehouse refused a document of the hour: ${refused.reason}`);
  }
  return { hour: new Date(startMs).toISOString(), minutes, documents: writes.length };
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
