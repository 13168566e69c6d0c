import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type BlockRef, freshLedgerItem, type LedgerItem, type LedgerKey } from '../../ports/ledger.ts';
import { type Attributes, number, numberOf } from './attributes.ts';

/** Kafka's topic names and our stages have no slash, so no two partitions share a key. */
export const partitionKey = ({ stage, topic, partition }: LedgerKey): Record<string, AttributeValue> => ({
  key: { S: `partition/${stage}/${topic}/${partition}` },
});

export const producerKey = (producer: string): Record<string, AttributeValue> => ({
  key: { S: `producer/${producer}` },
});

/** What names a partition, beside the key, so that a scan need not take keys apart. */
export const nameAttributes = ({ stage, topic, partition }: LedgerKey): Record<string, AttributeValue> => ({
  stage: { S: stage },
  topic: { S: topic },
  partition: number(partition),
});

export function encodeItem(key: LedgerKey, item: LedgerItem): Record<string, AttributeValue> {
  const { epoch, txn, nextOffset, newestRecordMs, blocks, pending, attempt } = item;
  return {
    ...partitionKey(key),
    ...nameAttributes(key),
    epoch: number(epoch),
    txn: number(txn),
    newestRecordMs: number(newestRecordMs),
    blocks: { M: Object.fromEntries(Object.entries(blocks).map(([name, ref]) => [name, encodeBlock(ref)])) },
    ...(nextOffset === null ? {} : { nextOffset: number(nextOffset) }),
    ...(pending === null ? {} : { pending: { S: pending } }),
    ...(attempt === null ? {} : { attempt: { S: attempt } }),
  };
}

/** @param attributes as stored; `undefined` for a partition never seen */
export function decodeItem(attributes: Attributes | undefined): LedgerItem {
  if (attributes === undefined) return freshLedgerItem;
  const { epoch, txn, nextOffset, newestRecordMs, blocks, pending, attempt } = attributes;
  const refs = Object.entries(blocks?.M ?? {}).map(([name, value]) => [name, decodeBlock(value)]);
  return {
    epoch: numberOf(epoch) ?? 0,
    txn: numberOf(txn) ?? 0,
    nextOffset: numberOf(nextOffset) ?? null,
    newestRecordMs: numberOf(newestRecordMs) ?? 0,
    blocks: Object.fromEntries(refs),
    pending: pending?.S ?? null,
    attempt: attempt?.S ?? null,
  };
}

/** A text names an object; bytes are the block itself: a third less to pay for than base64. */
function encodeBlock(ref: BlockRef): AttributeValue {
  return 'object' in ref ? { S: ref.object } : { B: Buffer.from(ref.inline, 'base64') };
}

function decodeBlock({ S, B }: AttributeValue): BlockRef {
  return B === undefined ? { object: S! } : { inline: Buffer.from(B).toString('base64') };
}
