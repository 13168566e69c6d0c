import { ledgerItems } from '../shared/ledger-items.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { Ledger } from '../shared/ports/ledger.ts';

/** One partition as a stage reads it, or the queue. */
export interface SourceHealth {
  readonly topic: string;
  readonly partition: number;
  /** Records that lie there and are not handled. */
  readonly lagRecords: number;
  /** What holds it up; absent while all is well. */
  readonly trouble?: { readonly message: string; readonly failures: number; readonly permanent: boolean };
}

export interface StageHealth {
  readonly name: string;
  /** Why its topics cannot be read; absent while they can. */
  readonly trouble?: string;
  readonly sources: readonly SourceHealth[];
}

/** How the flow is, and how much went through it. */
export interface Health {
  /** `held up` while any stage or source has trouble, or a transaction is not sent in time. */
  readonly status: 'ok' | 'held up';
  readonly stages: readonly StageHealth[];
  /** Decided transactions whose effects are perhaps not out; the age counts from the decision. */
  readonly pending: readonly { readonly stage: string; readonly partition: number; readonly ageMs: number }[];
  /** Of the store, over its whole life. */
  readonly totals: Readonly<Record<string, number>>;
  /** Of this process, since it started: counters by name and dimensions. */
  readonly counts: Readonly<Record<string, number>>;
  /** What stands behind each port: `{ eventLog: 'SQLite' }`. */
  readonly uses: Readonly<Record<string, string>>;
}

/** Of a decided transaction whose effects are not out; longer is somebody's page late. */
const pendingMsMax = 60_000;

/**
 * How the flow is, as far as a function can tell that reads no topic: by what the ledger holds. How far the stages are
 * behind their topics is a metric of their event source mappings, what they counted one of theirs.
 * @param uses what stands behind each port
 * @throws {UnavailableError} if the ledger does not answer
 */
export async function healthByLedger(ledger: Ledger, clock: Clock, uses: Health['uses']): Promise<Health> {
  const pending = await pendingTransactions(ledger, clock);
  const late = pending.some(({ ageMs }) => ageMs > pendingMsMax);
  return { status: late ? 'held up' : 'ok', stages: [], pending, totals: {}, counts: {}, uses };
}

/** @throws {UnavailableError} if the ledger does not answer */
export async function pendingTransactions(ledger: Ledger, clock: Clock): Promise<Health['pending']> {
  return (await ledgerItems(ledger)).flatMap(({ stage, partition, pending, decidedAtMs }) =>
    // Another worker's clock may be a little ahead of ours.
    pending === null ? [] : [{ stage, partition, ageMs: Math.max(0, clock.nowMs() - decidedAtMs) }],
  );
}
