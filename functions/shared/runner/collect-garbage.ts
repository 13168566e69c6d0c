import { dayMs } from '../domain/durations.ts';
import type { Ports } from '../ports/index.ts';
import type { LedgerItem, LedgerKey } from '../ports/ledger.ts';
import { loadBlocks } from './state-blocks.ts';
import { encodeTransaction, numberInName, objectPrefix } from './transaction-object.ts';

type CollectorPorts = Pick<Ports, 'ledger' | 'objects'>;

const snapshotsKeptMs = 8 * dayMs;

/** The block of a snapshot that holds the copy of the ledger item. */
const ledgerBlock = 'ledger-item';

/**
 * Deletes a partition's objects that nothing can need: numbered at or below the decided transaction and named neither
 * by a block nor by `pending`. A higher number may be an attempt that is about to win, so it stays.
 * @returns how many were deleted
 */
export async function collectGarbage(key: LedgerKey, ports: CollectorPorts): Promise<number> {
  const names = await ports.objects.list(objectPrefix(key));
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

function snapshotPrefix(key: LedgerKey): string {
  return `snapshots/${objectPrefix(key)}`;
}

/**
 * Once a day: all blocks of a partition and a copy of their ledger item in one object, from which a restore starts.
 * Removes those older than 8 days.
 * @returns the snapshot's name, or `undefined` if the day has one or nothing was ever counted
 */
export async function takeSnapshot(key: LedgerKey, nowMs: number, ports: CollectorPorts): Promise<string | undefined> {
  const taken = await ports.objects.list(snapshotPrefix(key));
  const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  const dayInName = (name: string): string => name.slice(snapshotPrefix(key).length, snapshotPrefix(key).length + 10);
  const expired = taken.filter((name) => dayInName(name) < dayOf(nowMs - snapshotsKeptMs));
  if (expired.length > 0) await ports.objects.delete(expired);

  const item = await ports.ledger.read(key);
  const today = taken.some((name) => dayInName(name) === dayOf(nowMs));
  if (item.txn === 0 || today) return undefined;
  const blocks = await loadBlocks(key, item, ports);
  // By the time of a restore its effects are long sent, and without `pending` two sweeps write the same bytes.
  blocks.set(ledgerBlock, Buffer.from(JSON.stringify({ ...item, pending: null })));
  const name = `${snapshotPrefix(key)}${dayOf(nowMs)}-${item.txn}`;
  await ports.objects.put(name, encodeTransaction({ key, number: item.txn, settingsHash: '', blocks, effects: [] }));
  return name;
}
