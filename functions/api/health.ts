import type * as z from 'zod';
import { decodeReachedLimits, type ReachedLimit, reachedLimitsBlock } from '../shared/domain/reached-limit.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { Ledger, LedgerItem, LedgerKey } from '../shared/ports/ledger.ts';
import { ledgerItems } from '../shared/runner/ledger-items.ts';
import type { healthAnswer, partitionAnswer, queueAnswer, reachedLimitAnswer, stageAnswer } from './answers/health.ts';
import type { Shown } from './answers/shown.ts';
import { type DeliveryTables, isDegraded, type ReceiverHealth, receiversHealth, unsettledMax } from './receivers.ts';

/** A partition that a stage reads. */
export type PartitionHealth = Shown<z.infer<typeof partitionAnswer>>;
/** A queue that a stage reads. */
export type QueueHealth = Shown<z.infer<typeof queueAnswer>>;
export type SourceHealth = PartitionHealth | QueueHealth;
/** The health of one stage. */
export type StageHealth = Shown<z.infer<typeof stageAnswer>>;
/** A limit for series that a partition of detect has reached, and its remedy. */
export type ReachedLimitHealth = Shown<z.infer<typeof reachedLimitAnswer>>;
/** The health of the pipeline, and its counts. */
export type Health = Shown<z.infer<typeof healthAnswer>>;

/** The longest age of a pending transaction. With a longer one a notification may be late. */
const pendingMsMax = 60_000;

/** The tables from which the health is read. */
export interface TablesToInspect extends DeliveryTables {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** The names of the receivers of the settings. */
  readonly names: readonly string[];
  /** The implementation of each port. */
  readonly uses: Health['uses'];
}

/**
 * Returns the health as the tables show it, for a function that reads no topic and no queue. The lag of the stages is a
 * metric of their event source mappings, and the messages that notify has not received yet are a metric of their queue.
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

/**
 * Returns the status of the whole.
 * @param isHeldUp whether a stage, a source or a transaction is
 */
export function statusOf(
  isHeldUp: boolean,
  { receivers, full }: Pick<Health, 'receivers' | 'full'>,
  nowMs: number,
): Health['status'] {
  if (isHeldUp) return 'held up';
  return full.length > 0 || isDegraded(receivers, nowMs) ? 'degraded' : 'ok';
}

/** Returns the receivers, and the stage notify with the messages that it has received and that are not settled. */
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

/** Returns the receivers only, for a process that reads the queue itself. */
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
    // The clock of the worker that decided may be ahead of this one.
    pending === null ? [] : [{ stage, partition, ageMs: Math.max(0, clock.nowMs() - decidedAtMs) }],
  );
  return { pending, full: items.flatMap(reachedLimitsOf) };
}

/** Returns the limits for series that one partition has reached. */
function reachedLimitsOf({ stage, partition, blocks }: LedgerKey & LedgerItem): ReachedLimitHealth[] {
  const ref = blocks[reachedLimitsBlock];
  if (ref === undefined || !('inline' in ref)) return [];
  const limits = decodeReachedLimits(Buffer.from(ref.inline, 'base64'));
  return limits.map((limit) => ({ stage, partition, ...limit, remedy: remedyOf(limit) }));
}

const remedyOf = ({ entity, newest }: ReachedLimit): string =>
  entity === undefined
    ? `look at the newest series, ${newest}: if a name in it changes all the time, such as a random host or a container id, ` +
      'ship a name that stays; docs/runbook.md, series-full, explains how to keep more series; ' +
      'known hosts are still judged'
    : `drop the field or the dimension of ${entity} that has an unlimited number of names before it ships; ` +
      `the newest series is ${newest}`;
