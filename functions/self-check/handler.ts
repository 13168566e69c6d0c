import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { entityPath } from '../shared/domain/entity.ts';
import { failureReport } from '../shared/handler/failure-report.ts';
import { invocationTelemetry } from '../shared/handler/invocation-telemetry.ts';
import { beatRecord } from '../shared/log/live-records.ts';
import type { EventLog } from '../shared/ports/event-log.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { Warehouse } from '../shared/ports/warehouse.ts';
import { ledgerItems } from '../shared/runner/ledger-items.ts';
import { sampleDocument } from '../shared/warehouse/sample-document.ts';
import { canaryDocument, canaryEntity } from './canary.ts';

export interface SelfCheckPorts extends Pick<Ports, 'settings' | 'layout' | 'ledger' | 'telemetry' | 'clock'> {
  /**
   * The log that canaries are appended to, and the warehouse in which they arrive; `undefined` without a warehouse, where the
   * function has no right to append.
   */
  readonly canary: Pick<Ports, 'eventLog' | 'warehouse'> | undefined;
}

export type SelfCheckHandler = (event: unknown, context: Context) => Promise<void>;

/**
 * Creates the function that runs each minute. It sends a canary, and reports the ages of the newest record of each stage,
 * of the oldest pending transaction, and of the newest canary in the warehouse. The three parts run independently: an error
 * of one is thrown when all have ended.
 *
 * It reports the ages of stages and transactions alone where there is no warehouse: no canary could be seen to arrive, and the
 * ticks of heartbeats pass through the same stages.
 */
export function createSelfCheck(ports: SelfCheckPorts): SelfCheckHandler {
  const body = async (_event: unknown, _context: Context): Promise<void> => {
    const { canary } = ports;
    const ofCanary =
      canary === undefined ? [] : [sendCanary(canary.eventLog, ports), reportCanary(canary.warehouse, ports)];
    const parts = await Promise.allSettled([reportLedger(ports), ...ofCanary]);
    const [first, ...others] = parts.filter((part) => part.status === 'rejected').map(({ reason }) => reason);
    for (const error of others) ports.telemetry.error('another part of the self-check failed too', { error });
    if (first !== undefined) throw first;
  };
  return middy(body).use(invocationTelemetry(ports.telemetry)).use(failureReport('self-check', ports.telemetry));
}

async function sendCanary(eventLog: EventLog, { layout, clock }: SelfCheckPorts): Promise<void> {
  const [refused] = await eventLog.append([beatRecord(canaryDocument(clock.nowMs()), layout)]);
  if (refused !== undefined) throw new Error(`the log refused the canary: ${refused.reason}`);
}

async function reportLedger(ports: SelfCheckPorts): Promise<void> {
  const items = await ledgerItems(ports.ledger);
  // An item without a transaction, which `new-epoch` may create, has no newest record.
  const counted = items.filter(({ newestRecordMs }) => newestRecordMs !== 0);
  for (const [stage, partitions] of Map.groupBy(counted, (item) => item.stage)) {
    const newest = partitions.map(({ newestRecordMs }) => newestRecordMs);
    ports.telemetry.gauge('stage_age_seconds', secondsSinceOldest(newest, ports), { stage });
  }
  const decided = items.filter(({ pending }) => pending !== null).map(({ decidedAtMs }) => decidedAtMs);
  ports.telemetry.gauge('pending_age_seconds', secondsSinceOldest(decided, ports));
}

async function reportCanary(warehouse: Warehouse, ports: SelfCheckPorts): Promise<void> {
  const [newest] = await warehouse.search({
    family: 'offbeat-samples',
    match: { 'offbeat.entity.path': entityPath(canaryEntity(ports.settings.cluster.name)) },
    order: 'newest first',
    limit: 1,
  });
  if (newest === undefined) return;
  ports.telemetry.gauge('canary_age_seconds', secondsSince(sampleDocument.read(newest).timestampMs, ports));
}

/** Returns the seconds since a time, at least 0: the clock of a broker or another worker may be slightly ahead. */
const secondsSince = (timeMs: number, { clock }: SelfCheckPorts): number => Math.max(0, clock.nowMs() - timeMs) / 1_000;

/** Returns the seconds since the earliest of some times; 0 if there is none. */
const secondsSinceOldest = (timesMs: readonly number[], ports: SelfCheckPorts): number =>
  timesMs.reduce((worst, timeMs) => Math.max(worst, secondsSince(timeMs, ports)), 0);
