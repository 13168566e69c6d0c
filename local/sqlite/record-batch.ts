import type { LogRecord, OutgoingRecord } from '../../functions/shared/log/record.ts';

/**
 * Records lie in batches, as Kafka's do: a row for each record costs three times as much to write and to read.
 * Small ones, because whoever wants one record reads its batch.
 */
const batchRecordsMax = 128;
const batchBytesMax = 128 * 1024;

/** Of each record what is not its value. */
type Head = readonly [key: string | null, valueBytes: number, headers?: Readonly<Record<string, string>>];

/** Consecutive records of one partition that came at one time. */
export interface RecordBatch {
  readonly offset: number;
  readonly count: number;
  readonly timeMs: number;
  /** JSON: each record's key, length of its value, and headers. */
  readonly heads: string;
  /** One after the other. */
  readonly values: Uint8Array;
}

/** @param offset of the first record */
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

/** The records of a batch, in order. */
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
