import { FencedError, PartitionStoppedError, restoreRemedy } from '../domain/errors.ts';
import { reachedLimitsBlock } from '../domain/reached-limit.ts';
import type { BlockRef, Ledger, LedgerItem, LedgerKey } from '../ports/ledger.ts';
import type { ObjectStore } from '../ports/objects.ts';
import { decodeBlocks } from './transaction-object.ts';

/**
 * Small blocks are kept in the ledger item up to this sum. A write unit of DynamoDB is 1 KB, and a PUT to S3 costs as much
 * as eight of them: above this an object is cheaper.
 */
export const inlineBytesMax = 8 * 1024;

/**
 * All blocks that `item` names.
 * @throws {FencedError} if one is gone because another writer has moved on, which a fresh item tells
 * @throws {PartitionStoppedError} if the ledger itself still names an object that does not exist
 */
export async function loadBlocks(
  key: LedgerKey,
  item: LedgerItem,
  ports: { readonly ledger: Ledger; readonly objects: ObjectStore },
): Promise<Map<string, Uint8Array>> {
  const blocks = new Map<string, Uint8Array>();
  const inObject = new Map<string, string[]>();
  for (const [block, ref] of Object.entries(item.blocks)) {
    if ('inline' in ref) blocks.set(block, Buffer.from(ref.inline, 'base64'));
    else inObject.set(ref.object, [...(inObject.get(ref.object) ?? []), block]);
  }
  const rest = [...inObject];
  const loadRest = async (): Promise<void> => {
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      const [object, names] = next;
      const bytes = await ports.objects.get(object);
      if (bytes === undefined) throw await whyGone(key, item, object, ports.ledger);
      take(names, decodeBlocks(object, bytes), bytes.length, blocks);
    }
  };
  await Promise.all(Array.from({ length: loadsAtOnce }, loadRest));
  return blocks;
}

/**
 * Small batches leave a partition's blocks in many objects, each of them a round trip, and each with blocks that a later
 * one replaced: some at once, so that it does not take for ever, and not all, because memory has an end.
 */
const loadsAtOnce = 4;

/** Takes the blocks by these names; an object that is needed for little of it is let go. */
function take(
  names: readonly string[],
  stored: ReadonlyMap<string, Uint8Array>,
  objectBytes: number,
  into: Map<string, Uint8Array>,
): void {
  const wanted = names.map((name) => [name, stored.get(name)!] as const);
  const wantedBytes = wanted.reduce((sum, [, bytes]) => sum + bytes.length, 0);
  for (const [name, bytes] of wanted) into.set(name, 2 * wantedBytes < objectBytes ? Buffer.from(bytes) : bytes);
}

async function whyGone(key: LedgerKey, item: LedgerItem, object: string, ledger: Ledger): Promise<Error> {
  const place = `${key.stage} ${key.topic}/${key.partition}`;
  const now = await ledger.read(key);
  if (now.attempt !== item.attempt) return new FencedError(`${place}: another writer moved on from ${item.attempt}`);
  return new PartitionStoppedError(
    `${place}: the ledger names ${object}, which is not in the object store; bring the object back, or ${restoreRemedy}`,
  );
}

/** Where every block lies once the transaction is decided, and which bytes its object must hold. */
export interface BlockPlan {
  readonly refs: Record<string, BlockRef>;
  readonly inObject: Map<string, Uint8Array>;
}

/** Blocks that are small and that others read: they stay in the ledger's item, whatever else is written. */
const inlineBlocks: ReadonlySet<string> = new Set([reachedLimitsBlock]);

/**
 * Lays out changed blocks. Without effects and while all inline blocks fit, no object is needed; once one is written
 * anyway it takes the inline ones along, but for those that always stay.
 * @param changes `null` for a block that is no more
 * @param object name of the object this transaction would write
 */
export function planBlocks(
  before: LedgerItem['blocks'],
  changes: ReadonlyMap<string, Uint8Array | null>,
  object: string,
  hasEffects: boolean,
): BlockPlan {
  const refs: Record<string, BlockRef> = { ...before };
  const moving = new Map<string, Uint8Array>();
  for (const [block, ref] of Object.entries(before)) {
    if ('inline' in ref && !inlineBlocks.has(block)) moving.set(block, Buffer.from(ref.inline, 'base64'));
  }
  for (const [block, bytes] of changes) {
    delete refs[block];
    if (bytes === null) moving.delete(block);
    else if (inlineBlocks.has(block)) refs[block] = inlineOf(bytes);
    else moving.set(block, bytes);
  }
  const inlineBytes = [...moving.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  const inline = !hasEffects && inlineBytes <= inlineBytesMax;
  for (const [block, bytes] of moving) {
    refs[block] = inline ? inlineOf(bytes) : { object };
  }
  return { refs, inObject: inline ? new Map() : moving };
}

const inlineOf = (bytes: Uint8Array): BlockRef => ({ inline: Buffer.from(bytes).toString('base64') });
