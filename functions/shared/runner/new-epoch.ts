import type { Ports } from '../ports/index.ts';
import type { LedgerItem, LedgerKey } from '../ports/ledger.ts';
import { recover } from './send-effects.ts';

/**
 * The remedy for offsets that started over, or a state that was restored: sends what is pending, raises the
 * epoch so that consumers accept the new numbering, keeps the state.
 * @param nextOffset the first record to count; `null` takes whatever comes next
 * @returns the item, and the broker time at which to recreate the event source mapping
 * @throws {FencedError} if the stage is running: stop it first
 */
export async function newEpoch(
  key: LedgerKey,
  nextOffset: number | null,
  ports: Pick<Ports, 'ledger' | 'objects' | 'eventLog' | 'telemetry'>,
): Promise<{ item: LedgerItem; resumeAtMs: number }> {
  const item = await recover(key, await ports.ledger.read(key), ports);
  return { item: await ports.ledger.raiseEpoch(key, item, nextOffset), resumeAtMs: item.newestRecordMs };
}
