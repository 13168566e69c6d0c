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

/** What one hour became. */
export interface AggregateReport {
  readonly hour: string;
  readonly minutes: number;
  readonly documents: number;
}

export type AggregateHandler = (event: unknown, context: Context) => Promise<readonly AggregateReport[]>;

/** A minute that was long on its way still gets into its hour. */
const hoursLookedAt = 3;

/** A warehouse has its deadline for one call. */
const writesAtOnce = 10_000;

/**
 * Minutes → hours. Runs on a schedule, every hour, and looks at the last 3 whole ones; an event `{ "hour": ISO date }`
 * names another one, as after a replay. Running it again changes nothing.
 */
export function createAggregate(ports: AggregatePorts): AggregateHandler {
  const body = async (event: unknown, _context: Context): Promise<readonly AggregateReport[]> => {
    const reports: AggregateReport[] = [];
    for (const startMs of hoursOf(event, ports.clock.nowMs())) {
      reports.push(await aggregateHour(ports.warehouse, startMs));
    }
    for (const report of reports) ports.telemetry.info('an hour was aggregated', { ...report });
    return reports;
  };
  return middy(body).use(invocationTelemetry(ports.telemetry)).use(failureReport('aggregate', ports.telemetry));
}

/**
 * @param startMs of the hour
 * @throws {UnavailableError} if the warehouse does not answer
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
    if (refused !== undefined) throw new Error(`an hour was refused by the warehouse: ${refused.reason}`);
  }
  return { hour: new Date(startMs).toISOString(), minutes, documents: writes.length };
}

/** @throws {UsageError} */
function hoursOf(event: unknown, nowMs: number): number[] {
  const named = typeof event === 'object' && event !== null && 'hour' in event ? event.hour : undefined;
  if (named !== undefined) {
    const timeMs = typeof named === 'string' ? Date.parse(named) : Number.NaN;
    if (Number.isNaN(timeMs)) throw new UsageError('hour: expected an ISO date such as 2026-11-23T15:00:00Z');
    return [Math.floor(timeMs / hourMs) * hourMs];
  }
  const running = Math.floor(nowMs / hourMs) * hourMs;
  return Array.from({ length: hoursLookedAt }, (_, nth) => running - (hoursLookedAt - nth) * hourMs);
}
