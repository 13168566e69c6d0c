import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { failureReport } from '../shared/adapters/middy/failure-report.ts';
import { invocationTelemetry } from '../shared/adapters/middy/invocation-telemetry.ts';
import { FencedError } from '../shared/domain/errors.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { LedgerKey } from '../shared/ports/ledger.ts';
import { collectGarbage, takeSnapshot } from '../shared/runner/collect-garbage.ts';
import { recover } from '../shared/runner/send-effects.ts';

type SweepPorts = Pick<Ports, 'ledger' | 'objects' | 'eventLog' | 'telemetry' | 'clock'>;

/** What one sweep did, over all partitions. */
export interface SweepReport {
  readonly recovered: number;
  readonly collected: number;
  readonly snapshots: number;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

export type SweepHandler = (event: unknown, context: Context) => Promise<SweepReport>;

/** A decided transaction whose effects are not out for this long is somebody's page late. */
const pendingAlarmMs = 60_000;

/**
 * Runs on a schedule: finishes transactions of partitions that went quiet, deletes objects nobody needs, and takes
 * the day's snapshot. Every part may run beside the stages, and twice.
 */
export function createSweep(ports: SweepPorts): SweepHandler {
  const body = async (_event: unknown, _context: Context): Promise<SweepReport> => {
    const report = { recovered: 0, collected: 0, snapshots: 0 };
    const failures: unknown[] = [];
    for (const key of await ports.ledger.keys()) {
      try {
        await sweepPartition(key, report, ports);
      } catch (error) {
        // A partition that cannot go on must not keep the others waiting.
        failures.push(error);
        const message = error instanceof Error ? error.message : String(error);
        ports.telemetry.error('a partition could not be swept', { ...key, message });
      }
    }
    if (failures.length > 0) throw failures[0];
    return report;
  };
  return middy(body).use(invocationTelemetry(ports.telemetry)).use(failureReport('sweep', ports.telemetry));
}

async function sweepPartition(key: LedgerKey, report: Writable<SweepReport>, ports: SweepPorts): Promise<void> {
  try {
    const item = await ports.ledger.read(key);
    if (item.pending !== null) {
      alarmIfOld(item.pending, item.decidedAtMs, ports);
      await recover(key, item, ports);
      report.recovered += 1;
    }
    if ((await takeSnapshot(key, ports.clock.nowMs(), ports)) !== undefined) report.snapshots += 1;
    report.collected += await collectGarbage(key, ports);
  } catch (error) {
    // The stage itself moved on meanwhile: this partition is in good hands, and the next sweep comes soon.
    if (!(error instanceof FencedError)) throw error;
    ports.telemetry.count('sweep_outrun', 1, { stage: key.stage });
  }
}

function alarmIfOld(pending: string, decidedAtMs: number, { clock, telemetry }: SweepPorts): void {
  const ageMs = clock.nowMs() - decidedAtMs;
  if (ageMs <= pendingAlarmMs) return;
  telemetry.count('pending_too_old');
  telemetry.error('a decided transaction was not sent in time', { pending, ageMs });
}
