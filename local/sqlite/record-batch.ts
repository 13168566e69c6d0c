import type { LogRecord, OutgoingRecord } from '../../functions/shared/log/record.ts';

/**
 * The most records of a batch. Records are stored in batches, as in Kafka: a row for each record would cost three times as
 * much to write and to read. Batches are small, because to read one record means to read its batch.
 */
const batchRecordsMax = 128;
/** The bytes after which a batch ends. */
const batchBytesMax = 128 * 1024;

/** The parts of a record besides its value. */
type Head = readonly [key: string | null, valueBytes: number, headers?: Readonly<Record<string, string>>];

/** A batch of consecutive records of one partition with the same append time. */
export interface RecordBatch {
  readonly offset: number;
  readonly count: number;
  readonly timeMs: number;
  /** The key, the length of the value, and the headers of each record, as JSON. */
  readonly heads: string;
  /** The values of all records, one after the other. */
  readonly values: Uint8Array;
}

/** Returns the batches of records. @param offset the offset of the first record */
export function encodeBatches(records: readonly OutgoingRecord[], offset: number, timeMs: number): RecordBatch[] {
  const batches: RecordBatch[] = [];
  let heads: Head[] = [];
  let values: Buffer[] = [];
  let bytes = 0;
  for (const [nth, { key, value, headers }] of records.entries()) {
    heads.push(Object.keys(headers).length === 0 ? [key, value.length] : [key, value.length, headers]);
    values.push(value);
    bytes += value.length;
    if (heads.length < batchRecordsMax && bytes < batchBytesMax && nth < records.length - 1) continue;
    const first = offset + nth + 1 - heads.length;
    const encoded = { heads: JSON.stringify(heads), values: Buffer.concat(values, bytes) };
    batches.push({ offset: first, count: heads.length, timeMs, ...encoded });
    [heads, values, bytes] = [[], [], 0];
  }
  return batches;
}

/** Yields the records of a batch, in order. */
export function* decodeBatch(batch: RecordBatch, topic: string, partition: number): Generator<LogRecord, void> {
  const values = Buffer.from(batch.values.buffer, batch.values.byteOffset, batch.values.byteLength);
  const heads: readonly Head[] = JSON.parse(batch.heads);
  let from = 0;
  for (const [nth, [key, valueBytes, headers = {}]] of heads.entries()) {
    const value = values.subarray(from, from + valueBytes);
    from += valueBytes;
    yield { topic, partition, offset: batch.offset + nth, timestampMs: batch.timeMs, key, value, headers };
  }
}
