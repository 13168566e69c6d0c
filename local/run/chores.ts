import { ledgerHealth } from '../../functions/api/health.ts';
import { hourMs, minuteMs } from '../../functions/shared/domain/durations.ts';
import { untilTickMs } from '../../functions/shared/time/live-ticks.ts';
import type { Embedded } from '../embedded.ts';
import type { ReachedLimitLines } from '../terminal/reached-limit-lines.ts';
import type { StoreLines } from '../terminal/store-lines.ts';
import type { Chore } from './tasks.ts';

/** The lines that report on a state that lasts. */
export interface StateLines {
  readonly store: StoreLines;
  readonly reachedLimits: ReachedLimitLines;
}

const sweepPeriodMs = 60_000;
const selfCheckPeriodMs = minuteMs;
const purgePeriodMs = hourMs;
const ensurePeriodMs = 10_000;
const reachedLimitsPeriodMs = 5_000;
/** The period is short, so that an hour is available soon after its end. To aggregate an hour again changes nothing. */
const aggregatePeriodMs = 10 * minuteMs;

/** Returns the work that a run repeats while it runs: what schedules start on AWS, and what a terminal shows. */
export function choresOf({ ports, store, upkeep, heartbeat }: Embedded, lines: StateLines): readonly Chore[] {
  const { clock, ledger } = ports;
  return [
    {
      // A quiet partition passes on a tick at a heartbeat. One at another moment than the tick would delay every page.
      periodMs: () => untilTickMs(clock.nowMs()),
      async run() {
        await heartbeat();
        lines.store.noteWork();
      },
    },
    { periodMs: sweepPeriodMs, run: () => upkeep.sweep() },
    { periodMs: purgePeriodMs, run: () => store.purge() },
    { periodMs: ensurePeriodMs, run: () => upkeep.ensureWarehouse() },
    {
      periodMs: reachedLimitsPeriodMs,
      run: async () => lines.reachedLimits.note((await ledgerHealth(ledger, clock)).full),
    },
    { periodMs: aggregatePeriodMs, run: () => upkeep.aggregate({}) },
  ];
}

/**
 * Returns the chore by which Offbeat reports on itself. It does not begin at once: after a rest the stages are as old as the rest
 * was, until the first heartbeats have passed them.
 */
export const selfCheckOf = ({ invoke }: Pick<Embedded, 'invoke'>): Chore => ({
  periodMs: selfCheckPeriodMs,
  startsAfterMs: selfCheckPeriodMs,
  run: () => invoke('self-check', {}),
});
