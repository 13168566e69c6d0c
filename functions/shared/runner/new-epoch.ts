import type { Ports } from '../ports/index.ts';
import type { LedgerItem, LedgerKey } from '../ports/ledger.ts';
import { recover } from './send-effects.ts';

/**
 * The remedy for offsets or positions that started over, or a state that was restored: sends what is pending and
 * raises the epoch, so that readers accept this stage's new numbering and this stage accepts that of those it reads
 * from. The state is kept.
 * @param nextOffset the first record to count, without those below it that are appended by now; `null` counts whatever
 *   comes next
 * @returns the item, and the append time at which to recreate the event source mapping
 * @throws {FencedError} if the stage is running: stop it first
 */
export async function newEpoch(
  key: LedgerKey,
  nextOffset: number | null,
  ports: Pick<Ports, 'ledger' | 'objects' | 'eventLog' | 'telemetry' | 'clock'>,
): Promise<{ item: LedgerItem; resumeAtMs: number }> {
  const before = await recover(key, await ports.ledger.read(key), ports);
  const resumeAtMs = before.newestRecordMs;
  const newestRecordMs = nextOffset === null ? resumeAtMs : Math.max(resumeAtMs, ports.clock.nowMs());
  return { item: await ports.ledger.raiseEpoch(key, before, { nextOffset, newestRecordMs }), resumeAtMs };
}
