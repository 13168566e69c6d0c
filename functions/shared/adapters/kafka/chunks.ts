import type { OutgoingRecord } from '../../log/record.ts';

/** A record and where it stood in the call. */
export interface Indexed {
  readonly index: number;
  readonly record: OutgoingRecord;
}

/**
 * Bytes of a chunk: below what a broker takes unless told otherwise (1,048,588), so that a topic somebody else made
 * works too, and large enough that the round trip for each is not what counts.
 */
export const chunkBytesMax = 1_000_000;
/** Of a record's lengths and deltas, and of its batch's head, at most. */
const overheadBytes = 100;

/** What a record takes on the wire, uncompressed; never less than it does. */
export function wireBytes({ key, value, headers }: OutgoingRecord): number {
  let bytes = overheadBytes + value.length + (key === null ? 0 : Buffer.byteLength(key));
  for (const name in headers) bytes += 10 + Buffer.byteLength(name) + Buffer.byteLength(headers[name]!);
  return bytes;
}

/** Cuts the records of one partition, in order; a record that is too large for a chunk is one by itself. */
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

/** By partition, each in the order of the call. */
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
