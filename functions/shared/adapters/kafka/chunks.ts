import type { OutgoingRecord } from '../../log/record.ts';

/** A record and its index in the call. */
export interface Indexed {
  readonly index: number;
  readonly record: OutgoingRecord;
}

/**
 * The limit of a chunk in bytes. It is below a broker's default limit (1,048,588), so that it fits topics that Offbeat did
 * not create, and large enough that the round trips take little of the time.
 */
export const chunkBytesMax = 1_000_000;
/** The limit of the bytes of a record's lengths and deltas, with those of its batch's head. */
const overheadBytes = 100;

/** Returns the bytes of an uncompressed record in a request, or somewhat more. */
export function wireBytes({ key, value, headers }: OutgoingRecord): number {
  let bytes = overheadBytes + value.length + (key === null ? 0 : Buffer.byteLength(key));
  for (const name in headers) bytes += 10 + Buffer.byteLength(name) + Buffer.byteLength(headers[name]!);
  return bytes;
}

/** Cuts the records of one partition into chunks, in order. A record that is larger than a chunk is a chunk alone. */
export function chunksOf(records: readonly Indexed[], bytesMax = chunkBytesMax): Indexed[][] {
  const chunks: Indexed[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const indexed of records) {
    const more = wireBytes(indexed.record);
    if (bytes + more > bytesMax) {
      chunks.push([]);
      bytes = 0;
    }
    bytes += more;
    chunks.at(-1)!.push(indexed);
  }
  return chunks;
}

/** Groups records by partition, each group in the order of the call. */
export function byPartition(records: readonly Indexed[]): Indexed[][] {
  const partitions = new Map<string, Indexed[]>();
  for (const indexed of records) {
    const name = `${indexed.record.topic}/${indexed.record.partition}`;
    const before = partitions.get(name);
    if (before === undefined) partitions.set(name, [indexed]);
    else before.push(indexed);
  }
  return [...partitions.values()];
}
