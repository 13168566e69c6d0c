import { decodeReachedLimits, type ReachedLimit, reachedLimitsBlock } from '../shared/domain/reached-limit.ts';
import type { QueueDepth } from '../shared/ports/attempt-queue.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { Ledger, LedgerItem, LedgerKey } from '../shared/ports/ledger.ts';
import { ledgerItems } from '../shared/runner/ledger-items.ts';
import { type DeliveryTables, isDegraded, type ReceiverHealth, receiversHealth, unsettledMax } from './receivers.ts';

/** What holds a source up. */
export interface SourceTrouble {
  readonly message: string;
  readonly failures: number;
  readonly permanent: boolean;
}

/** One partition as a stage reads it. */
export interface PartitionHealth {
  readonly topic: string;
  readonly partition: number;
  /** Records that lie there and are not handled. */
  readonly lagRecords: number;
  /** Absent while all is well. */
  readonly trouble?: SourceTrouble;
}

/** A queue as its stage reads it. */
export interface QueueHealth extends QueueDepth {
  readonly queue: string;
  /** Absent while all is well. */
  readonly trouble?: SourceTrouble;
}

export type SourceHealth = PartitionHealth | QueueHealth;

export interface StageHealth {
  readonly name: string;
  /** Why its topics cannot be read; absent while they can. */
  readonly trouble?: string;
  readonly sources: readonly SourceHealth[];
}

/** A limit for series that is reached, in a partition of detect, and what to do. */
export interface FullRoomHealth extends ReachedLimit {
  readonly stage: string;
  readonly partition: number;
  readonly remedy: string;
}

/** How the flow is, and how much went through it. */
export interface Health {
  /**
   * `held up` while any stage or source has trouble, or a transaction is not sent in time; otherwise `degraded` while a
   * receiver has failed for a minute, or a limit for series is reached.
   */
  readonly status: 'ok' | 'degraded' | 'held up';
  readonly stages: readonly StageHealth[];
  /** Those of the settings. */
  readonly receivers: readonly ReceiverHealth[];
  /** Decided transactions whose effects are perhaps not out; the age counts from the decision. */
  readonly pending: readonly { readonly stage: string; readonly partition: number; readonly ageMs: number }[];
  /** The entities and partitions that have as many series as are kept: older ones are forgotten for new ones. Empty while all is well. */
  readonly full: readonly FullRoomHealth[];
  /** Of the store, over its whole life. */
  readonly totals: Readonly<Record<string, number>>;
  /** Of this process, since it started: counters by name and dimensions. */
  readonly counts: Readonly<Record<string, number>>;
  /** What stands behind each port: `{ eventLog: 'SQLite' }`. */
  readonly uses: Readonly<Record<string, string>>;
}

/** Of a decided transaction whose effects are not out; longer is somebody's page late. */
const pendingMsMax = 60_000;

export interface TablesToInspect extends DeliveryTables {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Names of the receivers of the settings. */
  readonly names: readonly string[];
  /** What stands behind each port. */
  readonly uses: Health['uses'];
}

/**
 * How the flow is, as far as a function can tell that reads no topic: by what the tables hold. How far the stages are
 * behind their topics is a metric of their event source mappings, and what waits on a queue that notify has not seen yet
 * is one of the queue.
 * @throws {UnavailableError} if a table does not answer
 */
export async function healthByTables(tables: TablesToInspect): Promise<Health> {
  const { ledger, clock, uses } = tables;
  const { pending, full } = await ledgerHealth(ledger, clock);
  const { receivers, notify } = await deliveryHealth(tables);
  const isLate = pending.some(({ ageMs }) => ageMs > pendingMsMax);
  const status = statusOf(isLate, { receivers, full }, clock.nowMs());
  return { status, stages: [notify], receivers, pending, full, totals: {}, counts: {}, uses };
}

/** @param isHeldUp whether anything of the flow itself is */
export function statusOf(
  isHeldUp: boolean,
  { receivers, full }: Pick<Health, 'receivers' | 'full'>,
  nowMs: number,
): Health['status'] {
  if (isHeldUp) return 'held up';
  return full.length > 0 || isDegraded(receivers, nowMs) ? 'degraded' : 'ok';
}

/** The receivers, and notify with the messages that it has seen and that are not settled. */
async function deliveryHealth({
  receivers,
  deliveries,
  names,
}: Pick<TablesToInspect, 'receivers' | 'deliveries' | 'names'>): Promise<{
  readonly receivers: readonly ReceiverHealth[];
  readonly notify: StageHealth;
}> {
  const [records, unsettled] = await Promise.all([receivers.records(names), deliveries.unsettled(unsettledMax)]);
  const waiting = unsettled.reduce((sum, item) => sum + item.waiting.length, 0);
  const deadLetters = unsettled.reduce((sum, item) => sum + item.givenUp.length, 0);
  return {
    receivers: receiversHealth(names, records, unsettled),
    notify: { name: 'notify', sources: [{ queue: 'alerts', waiting, deadLetters }] },
  };
}

/** The receivers alone, for who reads the queue itself. */
export async function receiverHealth(
  tables: Pick<TablesToInspect, 'receivers' | 'deliveries' | 'names'>,
): Promise<readonly ReceiverHealth[]> {
  return (await deliveryHealth(tables)).receivers;
}

/**
 * Reads the ledger's items: which transactions are pending, and which limits for series are reached.
 * @throws {UnavailableError} if the ledger does not answer
 */
export async function ledgerHealth(ledger: Ledger, clock: Clock): Promise<Pick<Health, 'pending' | 'full'>> {
  const items = await ledgerItems(ledger);
  const pending = items.flatMap(({ stage, partition, pending, decidedAtMs }) =>
    // Another worker's clock may be a little ahead of ours.
    pending === null ? [] : [{ stage, partition, ageMs: Math.max(0, clock.nowMs() - decidedAtMs) }],
  );
  return { pending, full: items.flatMap(fullRoomsOf) };
}

/** The limits for series of one partition that are reached. */
function fullRoomsOf({ stage, partition, blocks }: LedgerKey & LedgerItem): FullRoomHealth[] {
  const ref = blocks[reachedLimitsBlock];
  if (ref === undefined || !('inline' in ref)) return [];
  const rooms = decodeReachedLimits(Buffer.from(ref.inline, 'base64'));
  return rooms.map((room) => ({ stage, partition, ...room, remedy: remedyOf(room) }));
}

const remedyOf = ({ entity, newest }: ReachedLimit): string =>
  entity === undefined
    ? `look at the newest series, ${newest}: if a name in it changes all the time, such as a random host or a container id, ` +
      'ship a name that stays; docs/runbook.md, series-full, says how to keep more series; ' +
      'known hosts are still judged'
    : `drop the field or the dimension of ${entity} that has an unlimited number of names before it ships; ` +
      `the newest series is ${newest}`;
