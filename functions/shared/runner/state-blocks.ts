import { FencedError, PartitionStoppedError, restoreRemedy } from '../domain/errors.ts';
import { reachedLimitsBlock } from '../domain/reached-limit.ts';
import type { BlockRef, Ledger, LedgerItem, LedgerKey } from '../ports/ledger.ts';
import type { ObjectStore } from '../ports/objects.ts';
import { decodeBlocks } from './transaction-object.ts';

/**
 * The limit of the sum of blocks that are kept in the ledger item, in bytes. A write unit of DynamoDB is 1 KB, and a PUT
 * to S3 costs as much as eight write units, so above the limit an object is cheaper.
 */
export const inlineBytesMax = 8 * 1024;

/**
 * Loads all blocks that an item names.
 * @throws {FencedError} if an object is missing and another writer has advanced the partition since
 * @throws {PartitionStoppedError} if an object is missing and the ledger still names it, or is damaged
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
      take(names, storedIn(object, bytes, names), bytes.length, blocks);
    }
  };
  await Promise.all(Array.from({ length: loadsAtOnce }, loadRest));
  return blocks;
}

/**
 * The number of objects that are loaded at once. Small batches leave the blocks of a partition in many objects; loading
 * them one by one takes too long, and loading all at once takes too much memory, as each also has replaced blocks.
 */
const loadsAtOnce = 4;

/** @throws {PartitionStoppedError} if the object is damaged, or does not have each of the named blocks */
function storedIn(object: string, bytes: Buffer, names: readonly string[]): ReadonlyMap<string, Uint8Array> {
  const stored = decoded(object, bytes);
  const missing = names.find((name) => !stored.has(name));
  if (missing === undefined) return stored;
  throw new PartitionStoppedError(`${object} does not have block ${missing}; ${bringBackRemedy}`);
}

function decoded(object: string, bytes: Buffer): ReadonlyMap<string, Uint8Array> {
  try {
    return decodeBlocks(object, bytes);
  } catch (cause) {
    throw new PartitionStoppedError(`${object} is damaged; ${bringBackRemedy}`, { cause });
  }
}

/** Copies the named blocks where they are less than half of their object, so that the rest can leave the memory. */
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

const bringBackRemedy = `bring the object back, or ${restoreRemedy}`;

async function whyGone(key: LedgerKey, item: LedgerItem, object: string, ledger: Ledger): Promise<Error> {
  const place = `${key.stage} ${key.topic}/${key.partition}`;
  const now = await ledger.read(key);
  if (now.attempt !== item.attempt) return new FencedError(`${place}: another writer moved on from ${item.attempt}`);
  return new PartitionStoppedError(
    `${place}: the ledger names ${object}, which is not in the object store; ${bringBackRemedy}`,
  );
}

/** A plan of where each block is stored once the transaction is decided, and of the blocks that its object contains. */
export interface BlockPlan {
  readonly refs: Record<string, BlockRef>;
  readonly inObject: Map<string, Uint8Array>;
}

/** The small blocks that other functions read. They always stay in the ledger's item. */
const inlineBlocks: ReadonlySet<string> = new Set([reachedLimitsBlock]);

/**
 * Plans where the blocks of a transaction are stored. Without effects, and while all inline blocks fit into the item, no
 * object is needed. If an object is written, it also gets the blocks that were inline, except those that always stay.
 * @param changes the changed blocks; `null` for a block that was removed
 * @param object the name of the object that this transaction would write
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
