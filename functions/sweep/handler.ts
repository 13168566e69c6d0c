import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { minuteMs } from '../shared/domain/durations.ts';
import { messageOf } from '../shared/domain/message-of.ts';
import { failureReport } from '../shared/handler/failure-report.ts';
import { invocationTelemetry } from '../shared/handler/invocation-telemetry.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { LedgerItem, LedgerKey } from '../shared/ports/ledger.ts';
import { collectGarbage } from '../shared/runner/collect-garbage.ts';
import { recover } from '../shared/runner/send-effects.ts';

type SweepPorts = Pick<Ports, 'ledger' | 'objects' | 'eventLog' | 'telemetry' | 'clock'>;

/** The numbers of finished transactions and deleted objects of one sweep, over all partitions. */
export interface SweepReport {
  readonly recovered: number;
  readonly collected: number;
}

export type SweepHandler = (event: unknown, context: Context) => Promise<SweepReport>;

/** Milliseconds after which a pending transaction is counted and logged: its effects may be pages, which are then late. */
const pendingAlarmMs = 60_000;

/** Transactions of a partition within a few minutes. */
const recentTransactions = 1_000;
const fullCollectionMinutes = 60;

/**
 * Creates the function that runs on a schedule, finishes pending transactions of partitions that get no records, and
 * deletes objects that no ledger item names. Both are safe beside running stages, and when they are repeated.
 */
export function createSweep(ports: SweepPorts): SweepHandler {
  const body = async (_event: unknown, _context: Context): Promise<SweepReport> => {
    const report = { recovered: 0, collected: 0 };
    const failures: unknown[] = [];
    const finished: { readonly key: LedgerKey; readonly txn: number }[] = [];
    for (const key of await ports.ledger.keys()) {
      await attempt(key, failures, ports, async () => {
        const item = await ports.ledger.read(key);
        if (item.pending !== null) {
          await finish(key, item, item.pending, ports);
          report.recovered += 1;
        }
        if (hasState(item)) finished.push({ key, txn: item.txn });
      });
    }
    // After the pending transactions of all partitions: pages may wait for those, and nothing waits for a deletion.
    for (const { key, txn } of finished) {
      await attempt(key, failures, ports, async () => {
        report.collected += await collectGarbage(key, ports, firstToCollect(key, txn, ports));
      });
    }
    if (failures.length > 0) throw failures[0];
    return report;
  };
  return middy(body).use(invocationTelemetry(ports.telemetry)).use(failureReport('sweep', ports.telemetry));
}

/** Returns whether the stage of a ledger item keeps state. A stage without state, such as normalise, has no objects to delete. */
const hasState = ({ blocks }: LedgerItem): boolean => Object.keys(blocks).length > 0;

/** Calls `body`, and keeps its error for later: a partition that fails must not stop the others. */
async function attempt(
  key: LedgerKey,
  failures: unknown[],
  { telemetry }: SweepPorts,
  body: () => Promise<void>,
): Promise<void> {
  try {
    await body();
  } catch (error) {
    failures.push(error);
    const message = messageOf(error);
    telemetry.error('a partition could not be swept', { ...key, message });
  }
}

async function finish(key: LedgerKey, item: LedgerItem, pending: string, ports: SweepPorts): Promise<void> {
  const ageMs = ports.clock.nowMs() - item.decidedAtMs;
  if (ageMs > pendingAlarmMs) {
    ports.telemetry.count('pending_too_old');
    ports.telemetry.error('a decided transaction was not sent in time', { pending, ageMs });
  }
  await recover(key, item, ports);
}

/**
 * Returns the number of the first transaction whose object is checked. Each sweep checks the objects of the newest 1,000
 * transactions, because most of those are replaced soon. Once an hour, in a different minute for each partition, it checks
 * all: a bucket with versions has a delete marker for each object of the last days (43,200 a day for a partition with a
 * batch every 2 s), and to list the few current objects S3 must skip all of them.
 */
function firstToCollect({ partition }: LedgerKey, txn: number, { clock }: SweepPorts): number {
  const minute = Math.floor(clock.nowMs() / minuteMs);
  return (minute - partition) % fullCollectionMinutes === 0 ? 0 : Math.max(0, txn - recentTransactions);
}
