import type { Ports } from '../ports/index.ts';
import type { LedgerItem, LedgerKey } from '../ports/ledger.ts';
import { firstName, numberInName, objectPrefix } from './transaction-object.ts';

type CollectorPorts = Pick<Ports, 'ledger' | 'objects'>;

/**
 * Deletes a partition's objects that no reader can need: those numbered at or below the decided transaction and named
 * neither by a block nor by `pending`. An object with a higher number may belong to an attempt that is about to win, so
 * it stays.
 *
 * Invariant GARBAGE-ONLY-BELOW.
 * @param firstNumber objects below this number are neither listed nor deleted
 * @returns the number of objects that were deleted
 */
export async function collectGarbage(key: LedgerKey, ports: CollectorPorts, firstNumber = 0): Promise<number> {
  const names = await ports.objects.list(objectPrefix(key), firstName(key, firstNumber));
  // The item is read after the list, so it is the newest that can name a listed object. A worker that holds an older item
  // may find its object deleted; it then reads the ledger again (`whyGone` in state-blocks.ts).
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
