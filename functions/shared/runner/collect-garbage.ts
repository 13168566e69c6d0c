import type { Ports } from '../ports/index.ts';
import type { LedgerItem, LedgerKey } from '../ports/ledger.ts';
import { firstName, numberInName, objectPrefix } from './transaction-object.ts';

type CollectorPorts = Pick<Ports, 'ledger' | 'objects'>;

/**
 * Deletes a partition's objects that nothing can need: numbered at or below the decided transaction and named neither
 * by a block nor by `pending`. A higher number may be an attempt that is about to win, so it stays.
 * @param firstNumber objects below this number are neither listed nor deleted
 * @returns how many were deleted
 */
export async function collectGarbage(key: LedgerKey, ports: CollectorPorts, firstNumber = 0): Promise<number> {
  const names = await ports.objects.list(objectPrefix(key), firstName(key, firstNumber));
  // Read after listing: whatever an item from before the list named would still be seen by its reader.
  const item = await ports.ledger.read(key);
  const needed = namedBy(item);
  const garbage = names.filter((name) => numberInName(name) <= item.txn && !needed.has(name));
  if (garbage.length > 0) await ports.objects.delete(garbage);
  return garbage.length;
}

function namedBy(item: LedgerItem): Set<string> {
  const needed = new Set(Object.values(item.blocks).flatMap((ref) => ('object' in ref ? [ref.object] : [])));
  if (item.pending !== null) needed.add(item.pending);
  return needed;
}
