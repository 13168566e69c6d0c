import * as z from 'zod';
import type { OutgoingRecord } from '../log/record.ts';
import type { LedgerKey } from '../ports/ledger.ts';

/** The result of one batch: the changed blocks and the records to send. It is immutable once written. */
export interface TransactionObject {
  readonly key: LedgerKey;
  /** The number of this transaction if it is decided. */
  readonly number: number;
  readonly settingsHash: string;
  readonly blocks: ReadonlyMap<string, Uint8Array>;
  /** The effects with their partitions and positions fixed, so that every try sends the same. */
  readonly effects: readonly OutgoingRecord[];
}

const magic = Buffer.from('OBT1');

const blocksHeadSchema = z.object({
  schema: z.literal('transaction/1'),
  key: z.object({ stage: z.string(), topic: z.string(), partition: z.int() }),
  number: z.int(),
  settingsHash: z.string(),
  /** Each block's name and length in bytes, in the order in which their bytes follow. */
  blocks: z.array(z.tuple([z.string(), z.int()])),
});
const headSchema = blocksHeadSchema.extend({
  effects: z.array(z.tuple([z.string(), z.int(), z.string().nullable(), z.record(z.string(), z.string()), z.int()])),
});

/**
 * Encodes a transaction: magic, length of the head (uint32), the head as JSON, all blocks, the values of all effects.
 */
export function encodeTransaction(object: TransactionObject): Buffer {
  const { key, number, settingsHash, blocks, effects } = object;
  const head: z.infer<typeof headSchema> = {
    schema: 'transaction/1',
    key: { stage: key.stage, topic: key.topic, partition: key.partition },
    number,
    settingsHash,
    blocks: [...blocks].map(([name, bytes]) => [name, bytes.length]),
    effects: effects.map(({ topic, partition, key, headers, value }) => [topic, partition, key, headers, value.length]),
  };
  const headBytes = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(headBytes.length);
  return Buffer.concat([magic, length, headBytes, ...blocks.values(), ...effects.map(({ value }) => value)]);
}

/**
 * Decodes a transaction.
 * @throws {TypeError} if the bytes are not a transaction object, or of a version that this code does not know
 */
export function decodeTransaction(name: string, bytes: Buffer): TransactionObject {
  const take = reader(name, bytes);
  const head = readHead(headSchema, take);
  const { key, number, settingsHash } = head;
  const blocks = readBlocks(head, take);
  const effects = head.effects.map(
    ([topic, partition, key, headers, length]): OutgoingRecord => ({
      topic,
      partition,
      key,
      headers,
      value: take(length),
    }),
  );
  return { key, number, settingsHash, blocks, effects };
}

/**
 * Decodes the blocks alone. An object may contain ten thousand effects, which are not needed to load the state.
 * @throws {TypeError} as {@link decodeTransaction}
 */
export function decodeBlocks(name: string, bytes: Buffer): TransactionObject['blocks'] {
  const take = reader(name, bytes);
  return readBlocks(readHead(blocksHeadSchema, take), take);
}

type Take = (length: number) => Buffer;

/** Returns a function that reads the next bytes, one piece after the other. */
function reader(name: string, bytes: Buffer): Take {
  if (bytes.length < 8 || !bytes.subarray(0, 4).equals(magic)) {
    throw new TypeError(`${name}: not a transaction object (expected it to begin with OBT1)`);
  }
  let at = magic.length;
  return (length) => {
    if (at + length > bytes.length) throw new TypeError(`${name}: cut short at byte ${bytes.length}`);
    at += length;
    return bytes.subarray(at - length, at);
  };
}

function readHead<Head>(schema: z.ZodType<Head>, take: Take): Head {
  return schema.parse(JSON.parse(take(take(4).readUInt32BE()).toString()));
}

function readBlocks({ blocks }: z.infer<typeof blocksHeadSchema>, take: Take): Map<string, Buffer> {
  return new Map(blocks.map(([block, length]) => [block, take(length)]));
}

/** Returns the prefix of the names of all objects of a partition. */
export function objectPrefix(key: LedgerKey): string {
  return `${key.stage}/${key.topic}/${key.partition}/`;
}

/** Returns the name of an object. Numbers are padded, so that names sort in the order of their numbers. */
export function objectName(key: LedgerKey, number: number, attempt: string): string {
  return `${objectPrefix(key)}${String(number).padStart(16, '0')}-${attempt}`;
}

/** Returns a name that sorts before all names of this number, and after all names of lower numbers. */
export function firstName(key: LedgerKey, number: number): string {
  return objectName(key, number, '');
}

/** Returns the transaction number in a name that {@link objectName} made. */
export function numberInName(name: string): number {
  const number = /\/(\d{16})-[^/]+$/.exec(name)?.[1];
  if (number === undefined) throw new TypeError(`${name}: expected …/<16 digits>-<attempt>`);
  return Number(number);
}
