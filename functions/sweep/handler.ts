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

/** What one sweep did, over all partitions. */
export interface SweepReport {
  readonly recovered: number;
  readonly collected: number;
}

export type SweepHandler = (event: unknown, context: Context) => Promise<SweepReport>;

/** A decided transaction whose effects are not out for this long is somebody's page late. */
const pendingAlarmMs = 60_000;

/** What the stage of a partition makes in some minutes. */
const recentTransactions = 1_000;
const fullCollectionMinutes = 60;

/**
 * Runs on a schedule: finishes transactions of partitions that went quiet, and deletes objects nobody needs. Both may
 * run beside the stages, and twice.
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
    // After all of the above: a page may wait for what is pending, and nobody waits for a deletion.
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

/** Whether a stage remembers anything: one that does not, as normalise, has no objects to look for. */
const hasState = ({ blocks }: LedgerItem): boolean => Object.keys(blocks).length > 0;

/** A partition that cannot go on must not keep the others waiting. */
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
 * The number of the first object to look at: of the newest in each sweep, because those are replaced most, and of all
 * of them once an hour, each partition in a minute of its own. A bucket that keeps versions has a delete marker for
 * each object of the last days, 43,200 a day for a partition that has a batch every 2 s, and S3 passes over all of them
 * to list the few objects that are there.
 */
function firstToCollect({ partition }: LedgerKey, txn: number, { clock }: SweepPorts): number {
  const minute = Math.floor(clock.nowMs() / minuteMs);
  return (minute - partition) % fullCollectionMinutes === 0 ? 0 : Math.max(0, txn - recentTransactions);
}
