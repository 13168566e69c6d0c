import type { Ports } from '../ports/index.ts';
import type { LedgerItem, LedgerKey } from '../ports/ledger.ts';
import { recover } from './send-effects.ts';

/**
 * Sends pending effects and raises the epoch of a partition. It is the remedy for offsets or positions that started
 * over, and for a state that was restored: afterwards readers accept the new numbers of this stage, and this stage
 * accepts, once, new numbers of the producers that it reads from. The state is kept.
 * @param nextOffset the offset of the first record to count; records below it that are appended by now are dropped. With
 *   `null` the next record counts, whatever its offset.
 * @returns the new item, and the append time of the newest record counted, in ms. Where records were skipped, the
 *   consumer group must go back to this time.
 * @throws {FencedError} if the stage is running; it must be stopped first
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
