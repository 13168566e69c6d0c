import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { canaryEntity } from '../shared/domain/canary.ts';
import { entityPath } from '../shared/domain/entity.ts';
import { failureReport } from '../shared/handler/failure-report.ts';
import { invocationTelemetry } from '../shared/handler/invocation-telemetry.ts';
import { beatRecord } from '../shared/log/live-records.ts';
import type { RecordCounts } from '../shared/ports/event-log.ts';
import type { Ports } from '../shared/ports/index.ts';
import { ledgerItems } from '../shared/runner/ledger-items.ts';
import { sampleDocument } from '../shared/warehouse/sample-document.ts';
import { canaryDocument } from './canary.ts';
import { type OwnPart, type OwnState, ownDocuments, ownParts } from './own-status.ts';
import { deadLettersOfHour, UnsettledReader } from './read-own-state.ts';

/** The ports of what is shipped: canaries, and documents about Offbeat itself. */
export interface ShippingPorts extends Pick<Ports, 'eventLog' | 'warehouse'> {
  readonly counts: RecordCounts;
  readonly deliveries: Pick<Ports['deliveries'], 'unsettled'>;
  /**
   * Returns the records that each stage has not handled yet.
   *
   * @default unknown: the stages are read by Lambda's pollers, whose lag only the brokers know
   */
  readonly lags?: () => Promise<OwnState['lags']>;
}

export interface SelfCheckPorts extends Pick<Ports, 'settings' | 'layout' | 'ledger' | 'telemetry' | 'clock'> {
  /** The ports of what is shipped; `undefined` without a warehouse, where the function has no right to append. */
  readonly shipping: ShippingPorts | undefined;
}

export type SelfCheckHandler = (event: unknown, context: Context) => Promise<void>;

/**
 * Creates the function that runs each minute. It sends a canary, reports the ages of the newest record of each stage, of the
 * oldest pending transaction, and of the newest canary in the warehouse, and appends documents with its own status to `beats`.
 * The parts run independently: an error of one is thrown when all have ended, and is named in the status.
 *
 * It reports the ages of stages and transactions alone where there is no warehouse: no canary could be seen to arrive, no status
 * could be read, and the ticks of heartbeats pass through the same stages.
 */
export function createSelfCheck(ports: SelfCheckPorts): SelfCheckHandler {
  const unsettled = ports.shipping && new UnsettledReader(ports.shipping.deliveries, ports.clock);
  const body = async (_event: unknown, _context: Context): Promise<void> => {
    const { shipping } = ports;
    const parts =
      shipping === undefined
        ? await Promise.allSettled([reportLedger(ports)])
        : await Promise.allSettled([
            append([canaryDocument(ports.clock.nowMs())], shipping, ports),
            ship({ ...shipping, unsettled: unsettled! }, ports),
          ]);
    const [first, ...others] = parts.flatMap((part) => (part.status === 'rejected' ? reasonsOf(part.reason) : []));
    for (const error of others) ports.telemetry.error('another part of the self-check failed too', { error });
    if (first !== undefined) throw first;
  };
  return middy(body).use(invocationTelemetry(ports.telemetry)).use(failureReport('self-check', ports.telemetry));
}

const reasonsOf = (error: unknown): readonly unknown[] => (error instanceof AggregateError ? error.errors : [error]);

type Shipping = ShippingPorts & { readonly unsettled: UnsettledReader };

/**
 * Reads the state of Offbeat, and appends it as documents.
 * @throws {AggregateError} with the errors of all parts that failed. The others are reported and appended nevertheless
 */
async function ship(shipping: Shipping, ports: SelfCheckPorts): Promise<void> {
  const { warehouse, counts, unsettled, lags = async () => ({}) } = shipping;
  const read = await Promise.allSettled([
    reportLedger(ports),
    reportCanary(warehouse, ports),
    deadLettersOfHour(counts, ports),
    unsettled.read(),
    lags(),
  ] as const);
  const [ledger, canary, letters, deliveries, lag] = read;
  const state: OwnState = {
    nowMs: ports.clock.nowMs(),
    stageAges: valueIn(ledger)?.stageAges ?? {},
    pending: valueIn(ledger)?.pending ?? [],
    lags: valueIn(lag) ?? {},
    canaryAge: valueIn(canary),
    deadLetters: valueIn(letters),
    deliveries: valueIn(deliveries),
    unread: ownParts.filter((_part: OwnPart, nth) => read[nth]!.status === 'rejected'),
  };
  const [appended] = await Promise.allSettled([append(ownDocuments(state), shipping, ports)]);
  const errors = [...read, appended].flatMap((part) => (part.status === 'rejected' ? [part.reason] : []));
  if (errors.length > 0) throw new AggregateError(errors);
}

const valueIn = <Value>(part: PromiseSettledResult<Value>): Value | undefined =>
  part.status === 'fulfilled' ? part.value : undefined;

async function append(
  documents: readonly Readonly<Record<string, unknown>>[],
  { eventLog }: Pick<ShippingPorts, 'eventLog'>,
  { layout }: SelfCheckPorts,
): Promise<void> {
  const [refused] = await eventLog.append(documents.map((document) => beatRecord(document, layout)));
  if (refused !== undefined) throw new Error(`the log refused a document of the self-check: ${refused.reason}`);
}

async function reportLedger(ports: SelfCheckPorts): Promise<Pick<OwnState, 'stageAges' | 'pending'>> {
  const items = await ledgerItems(ports.ledger);
  // An item without a transaction, which `new-epoch` may create, has no newest record.
  const counted = items.filter(({ newestRecordMs }) => newestRecordMs !== 0);
  const stageAges: Record<string, number> = {};
  for (const [stage, partitions] of Map.groupBy(counted, (item) => item.stage)) {
    const newest = partitions.map(({ newestRecordMs }) => newestRecordMs);
    stageAges[stage] = secondsSinceOldest(newest, ports);
    ports.telemetry.gauge('stage_age_seconds', stageAges[stage], { stage });
  }
  const pending = items.filter((item) => item.pending !== null);
  const decided = pending.map(({ decidedAtMs }) => decidedAtMs);
  ports.telemetry.gauge('pending_age_seconds', secondsSinceOldest(decided, ports));
  return { stageAges, pending };
}

async function reportCanary(warehouse: Ports['warehouse'], ports: SelfCheckPorts): Promise<number | undefined> {
  const [newest] = await warehouse.search({
    family: 'offbeat-samples',
    match: { 'offbeat.entity.path': entityPath(canaryEntity(ports.settings.cluster.name)) },
    order: 'newest first',
    limit: 1,
  });
  if (newest === undefined) return undefined;
  const seconds = secondsSince(sampleDocument.read(newest).timestampMs, ports);
  ports.telemetry.gauge('canary_age_seconds', seconds);
  return seconds;
}

/** Returns the seconds since a time, at least 0: the clock of a broker or another worker may be slightly ahead. */
const secondsSince = (timeMs: number, { clock }: SelfCheckPorts): number => Math.max(0, clock.nowMs() - timeMs) / 1_000;

/** Returns the seconds since the earliest of some times; 0 if there is none. */
const secondsSinceOldest = (timesMs: readonly number[], ports: SelfCheckPorts): number =>
  timesMs.reduce((worst, timeMs) => Math.max(worst, secondsSince(timeMs, ports)), 0);
