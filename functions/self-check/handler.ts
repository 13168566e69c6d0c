import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { entityPath } from '../shared/domain/entity.ts';
import { failureReport } from '../shared/handler/failure-report.ts';
import { invocationTelemetry } from '../shared/handler/invocation-telemetry.ts';
import { beatRecord } from '../shared/log/live-records.ts';
import type { Ports } from '../shared/ports/index.ts';
import { ledgerItems } from '../shared/runner/ledger-items.ts';
import { sampleDocument } from '../shared/warehouse/sample-document.ts';
import { canaryDocument, canaryEntity } from './canary.ts';

export type SelfCheckPorts = Pick<
  Ports,
  'settings' | 'layout' | 'eventLog' | 'ledger' | 'warehouse' | 'telemetry' | 'clock'
>;

export type SelfCheckHandler = (event: unknown, context: Context) => Promise<void>;

/**
 * Runs each minute: ships a canary, and says how old the newest record of each stage, the oldest pending transaction
 * and the newest canary in the warehouse are. None of the three waits for another or hides it: what one of them runs
 * into is thrown when all are done.
 */
export function createSelfCheck(ports: SelfCheckPorts): SelfCheckHandler {
  const body = async (_event: unknown, _context: Context): Promise<void> => {
    const parts = await Promise.allSettled([shipCanary(ports), tellLedger(ports), tellCanary(ports)]);
    const [first, ...others] = parts.filter((part) => part.status === 'rejected').map(({ reason }) => reason);
    for (const error of others) ports.telemetry.error('self-check failed in another part too', { error });
    if (first !== undefined) throw first;
  };
  return middy(body).use(invocationTelemetry(ports.telemetry)).use(failureReport('self-check', ports.telemetry));
}

async function shipCanary({ eventLog, layout, clock }: SelfCheckPorts): Promise<void> {
  const [refused] = await eventLog.append([beatRecord(canaryDocument(clock.nowMs()), layout)]);
  if (refused !== undefined) throw new Error(`the canary was refused by the log: ${refused.reason}`);
}

async function tellLedger(ports: SelfCheckPorts): Promise<void> {
  const items = await ledgerItems(ports.ledger);
  // An item without a transaction, as `new-epoch` may leave one, has no newest record.
  const counted = items.filter(({ newestRecordMs }) => newestRecordMs !== 0);
  for (const [stage, partitions] of Map.groupBy(counted, (item) => item.stage)) {
    const newest = partitions.map(({ newestRecordMs }) => newestRecordMs);
    ports.telemetry.gauge('stage_age_seconds', secondsSinceOldest(newest, ports), { stage });
  }
  const decided = items.filter(({ pending }) => pending !== null).map(({ decidedAtMs }) => decidedAtMs);
  ports.telemetry.gauge('pending_age_seconds', secondsSinceOldest(decided, ports));
}

async function tellCanary(ports: SelfCheckPorts): Promise<void> {
  const [newest] = await ports.warehouse.search({
    family: 'offbeat-samples',
    match: { 'offbeat.entity.path': entityPath(canaryEntity(ports.settings.cluster.name)) },
    order: 'newest first',
    limit: 1,
  });
  if (newest === undefined) return;
  ports.telemetry.gauge('canary_age_seconds', secondsSince(sampleDocument.read(newest).timestampMs, ports));
}

/** The broker's clock, or another worker's, may be a little ahead of ours. */
const secondsSince = (timeMs: number, { clock }: SelfCheckPorts): number => Math.max(0, clock.nowMs() - timeMs) / 1_000;

/** 0 where there is none. */
const secondsSinceOldest = (timesMs: readonly number[], ports: SelfCheckPorts): number =>
  timesMs.reduce((worst, timeMs) => Math.max(worst, secondsSince(timeMs, ports)), 0);
