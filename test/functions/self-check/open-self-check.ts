import { createSelfCheck, type SelfCheckPorts } from '../../../functions/self-check/handler.ts';
import { canaryEntity } from '../../../functions/shared/domain/canary.ts';
import type { DeliveryItem } from '../../../functions/shared/domain/delivery.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import type { Sample } from '../../../functions/shared/domain/sample.ts';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import type { EventLog, RecordCounts } from '../../../functions/shared/ports/event-log.ts';
import { freshLedgerItem, type LedgerItem } from '../../../functions/shared/ports/ledger.ts';
import type { Warehouse, WarehouseQuery } from '../../../functions/shared/ports/warehouse.ts';
import { sampleDocument } from '../../../functions/shared/warehouse/sample-document.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { ManualClock } from '../../local/memory-broker.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { MemoryLedger, MemoryLog } from '../../support/memory-ports.ts';

export const settings = settingsSchema.parse({
  cluster: { name: 'prod', hosts: [{ match: '*', cluster: 'elsewhere' }] },
});
export const nowMs = Date.parse('2026-11-28T07:10:00Z');

export const canarySample: Sample = {
  entity: canaryEntity('prod'),
  timestampMs: nowMs - 75_000,
  dataset: 'offbeat.canary',
  dimensions: {},
  measurements: { 'offbeat.canary.up': 1 },
  source: 'offbeat',
};

/** A warehouse that holds these samples, newest first, and keeps what it was asked. */
export function warehouseOf(...samples: readonly Sample[]) {
  const queries: WarehouseQuery[] = [];
  const warehouse: Warehouse = {
    search: async (query) => {
      queries.push(query);
      return samples.map(sampleDocument.write);
    },
    write: async () => [],
    count: async () => 0,
    inventoryById: async () => new Map(),
    newestByEntity: async () => [],
    dropInventory: async () => 0,
  };
  return { warehouse, queries };
}

export const noAnswer = () => Promise.reject(new UnavailableError('no answer'));

interface Given {
  readonly eventLog?: EventLog;
  readonly ledger?: MemoryLedger;
  /** @default a warehouse with a canary */
  readonly warehouse?: Warehouse;
  /** @default those of the log */
  readonly counts?: RecordCounts;
  /** @default none */
  readonly unsettled?: readonly DeliveryItem[];
}

export function open(given: Given = {}, parts: Partial<SelfCheckPorts> = {}) {
  const clock = new ManualClock();
  clock.timeMs = nowMs;
  const [eventLog, ledger] = [new MemoryLog(), new MemoryLedger()];
  const lines: string[] = [];
  const telemetry = new MemoryTelemetry((line) => lines.push(line));
  const { warehouse } = warehouseOf(canarySample);
  const shipping = {
    eventLog: given.eventLog ?? eventLog,
    warehouse: given.warehouse ?? warehouse,
    counts: given.counts ?? eventLog,
    deliveries: { unsettled: async () => given.unsettled ?? [] },
  };
  const common = { settings, layout: defaultLayout, telemetry, clock };
  const ports = { ...common, ledger: given.ledger ?? ledger, shipping, ...parts };
  const check = createSelfCheck(ports);
  return { check: () => check({}, lambdaContext()), eventLog, ledger, telemetry, lines };
}

export const counted = (secondsAgo: number, more: Partial<LedgerItem> = {}): LedgerItem => ({
  ...freshLedgerItem,
  txn: 7,
  nextOffset: 40,
  newestRecordMs: nowMs - secondsAgo * 1_000,
  decidedAtMs: nowMs - secondsAgo * 1_000,
  ...more,
});
export const keyOf = (stage: string, partition: number) => ({ stage, topic: topics.samples, partition });

export const documentsIn = (log: MemoryLog) => log.records(topics.beats).map(({ value }) => JSON.parse(`${value}`));
export const datasetsIn = (log: MemoryLog): string[] => documentsIn(log).map(({ event }) => event.dataset);
