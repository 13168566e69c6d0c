import type { Ports } from '../ports/index.ts';
import type { LedgerItem, LedgerKey } from '../ports/ledger.ts';
import { recover } from './send-effects.ts';

/**
 * The remedy for offsets or positions that started over, or a state that was restored: sends what is pending and
 * raises the epoch, so that readers accept this stage's new numbering and this stage accepts that of those it reads
 * from. The state is kept.
 * @param nextOffset the first record to count, without those below it that are appended by now; `null` counts whatever
 *   comes next
 * @returns the item, and the append time of the newest record counted: where records were skipped, its group goes back to it
 * @throws {FencedError} if the stage is running: stop it first
 */
export async function newEpoch(
  key: LedgerKey,
  nextOffset: number | null,
  ports: Pick<Ports, 'ledger' | 'objects' | 'eventLog' | 'telemetry' | 'clock'>,
): Promise<{ item: LedgerItem; countedUntilMs: number }> {
  const before = await recover(key, await ports.ledger.read(key), ports);
  const countedUntilMs = before.newestRecordMs;
  const newestRecordMs = nextOffset === null ? countedUntilMs : Math.max(countedUntilMs, ports.clock.nowMs());
  return { item: await ports.ledger.raiseEpoch(key, before, { nextOffset, newestRecordMs }), countedUntilMs };
}
