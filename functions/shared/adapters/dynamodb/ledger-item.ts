import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type BlockRef, freshLedgerItem, type LedgerItem, type LedgerKey } from '../../ports/ledger.ts';
import { type Attributes, number, numberOf } from './attributes.ts';

/**
 * Returns the key of a partition's item. Names of topics and stages contain no slash, so no two partitions share a
 * key.
 */
export const partitionKey = ({ stage, topic, partition }: LedgerKey): Record<string, AttributeValue> => ({
  key: { S: `partition/${stage}/${topic}/${partition}` },
});

/** Returns the attributes with a partition's names, so that a scan need not parse the keys. */
export const nameAttributes = ({ stage, topic, partition }: LedgerKey): Record<string, AttributeValue> => ({
  stage: { S: stage },
  topic: { S: topic },
  partition: number(partition),
});

/** Encodes an item as DynamoDB stores it. */
export function encodeItem(key: LedgerKey, item: LedgerItem): Record<string, AttributeValue> {
  const { epoch, txn, nextOffset, newestRecordMs, decidedAtMs, blocks, pending, attempt } = item;
  return {
    ...partitionKey(key),
    ...nameAttributes(key),
    epoch: number(epoch),
    txn: number(txn),
    newestRecordMs: number(newestRecordMs),
    decidedAtMs: number(decidedAtMs),
    ...encodeBlocks(blocks),
    ...(nextOffset === null ? {} : { nextOffset: number(nextOffset) }),
    ...(pending === null ? {} : { pending: { S: pending } }),
    ...(attempt === null ? {} : { attempt: { S: attempt } }),
  };
}

/**
 * Decodes an item.
 * @param attributes the stored attributes; `undefined` for a partition without an item
 */
export function decodeItem(attributes: Attributes | undefined): LedgerItem {
  if (attributes === undefined) return freshLedgerItem;
  const { epoch, txn, nextOffset, newestRecordMs, decidedAtMs, pending, attempt } = attributes;
  return {
    epoch: numberOf(epoch) ?? 0,
    txn: numberOf(txn) ?? 0,
    nextOffset: numberOf(nextOffset) ?? null,
    newestRecordMs: numberOf(newestRecordMs) ?? 0,
    decidedAtMs: numberOf(decidedAtMs) ?? 0,
    blocks: decodeBlocks(attributes),
    pending: pending?.S ?? null,
    attempt: attempt?.S ?? null,
  };
}

/**
 * Encodes references to blocks in few bytes, because each write of an item costs by its size, and a full partition has
 * hundreds of blocks. Each object is named once, with the names of its blocks compressed. Inline blocks are bytes, which
 * are a quarter shorter than base64.
 */
function encodeBlocks(blocks: LedgerItem['blocks']): Record<'blocks' | 'objects', AttributeValue.MMember> {
  const inline: Record<string, AttributeValue> = {};
  const inObjects = new Map<string, string[]>();
  for (const [block, ref] of Object.entries(blocks)) {
    if ('inline' in ref) inline[block] = { B: Buffer.from(ref.inline, 'base64') };
    else if (!inObjects.get(ref.object)?.push(block)) inObjects.set(ref.object, [block]);
  }
  const objects = [...inObjects].map(([object, names]) => [object, { B: deflateRawSync(JSON.stringify(names)) }]);
  return { blocks: { M: inline }, objects: { M: Object.fromEntries(objects) } };
}

function decodeBlocks({ blocks, objects }: Attributes): Record<string, BlockRef> {
  const inline = Object.entries(blocks?.M ?? {}).map(([block, { B }]): [string, BlockRef] => [
    block,
    { inline: Buffer.from(B!).toString('base64') },
  ]);
  const inObjects = Object.entries(objects?.M ?? {}).flatMap(([object, { B }]) => {
    const names: string[] = JSON.parse(inflateRawSync(B!).toString());
    return names.map((block): [string, BlockRef] => [block, { object }]);
  });
  return Object.fromEntries([...inline, ...inObjects]);
}
