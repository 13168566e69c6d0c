import { createRecordsBatch, Reader, type RecordsBatch, readRecordsBatch } from '@platformatic/kafka';
import { describe, expect, it } from 'vitest';
import { decodeBatches } from '../../../local/kafka/decode.ts';

const logAppendTime = 8;
const control = 32;

/** A batch as a client writes it and a broker sends it. */
function batchOf(values: readonly string[], firstOffset: number, changes: Partial<RecordsBatch> = {}): RecordsBatch {
  const headers = new Map([[Buffer.from('schema'), Buffer.from('Größe')]]);
  const messages = values.map((value, nth) => ({
    topic: 't',
    key: Buffer.from(`key ${value}`),
    value: Buffer.from(value),
    headers,
    timestamp: BigInt(1_000 + nth),
  }));
  const batch = readRecordsBatch(Reader.from(createRecordsBatch(messages).buffer));
  return { ...batch, firstOffset: BigInt(firstOffset), ...changes };
}

const offsets = (batches: readonly RecordsBatch[], from: number) =>
  decodeBatches(batches, 't', 3, from).records.map(({ offset }) => offset);

describe('the decoding of fetched batches', () => {
  it('returns each record with its position, key, value and headers', () => {
    const { records, nextOffset } = decodeBatches([batchOf(['a', 'b'], 7)], 't', 3, 7);
    expect(nextOffset).toBe(9);
    expect(records).toMatchObject([
      { topic: 't', partition: 3, offset: 7, key: 'key a', value: Buffer.from('a') },
      { topic: 't', partition: 3, offset: 8, key: 'key b', value: Buffer.from('b') },
    ]);
    expect({ ...records[0]!.headers }).toEqual({ schema: 'Größe' });
  });

  it('leaves out the records of the batch before the requested offset', () => {
    expect(offsets([batchOf(['a', 'b', 'c'], 7), batchOf(['d'], 10)], 9)).toEqual([9, 10]);
  });

  it('returns the append time of the batch, or the producer`s time if the topic keeps that', () => {
    const appended = batchOf(['a', 'b'], 0, { attributes: logAppendTime, maxTimestamp: 5_000n });
    expect(decodeBatches([appended], 't', 0, 0).records.map(({ timestampMs }) => timestampMs)).toEqual([5_000, 5_000]);
    const created = batchOf(['a', 'b'], 0);
    expect(decodeBatches([created], 't', 0, 0).records.map(({ timestampMs }) => timestampMs)).toEqual([1_000, 1_001]);
  });

  it('continues after the marker of a transaction, which is no record', () => {
    const marker = batchOf(['x'], 1, { attributes: control });
    expect(decodeBatches([batchOf(['a'], 0), marker], 't', 0, 0)).toMatchObject({
      records: [{ offset: 0 }],
      nextOffset: 2,
    });
  });

  it('continues after records at the end of a batch that were deleted', () => {
    const batch = batchOf(['a', 'b'], 5);
    const compacted = { ...batch, records: batch.records.slice(0, 1) };
    expect(decodeBatches([compacted], 't', 0, 5)).toMatchObject({ records: [{ offset: 5 }], nextOffset: 7 });
  });

  it('returns the last of several headers with one name, and distinguishes an absent key and value from empty ones', () => {
    const batch = batchOf(['a'], 0);
    const twice = {
      ...batch.records[0]!,
      headers: [...batch.records[0]!.headers, [Buffer.from('schema'), Buffer.from('last')]],
    };
    const bare = { ...twice, key: null, value: null } as RecordsBatch['records'][number];
    const [record] = decodeBatches([{ ...batch, records: [bare] }], 't', 0, 0).records;
    expect({ ...record!.headers }).toEqual({ schema: 'last' });
    expect(record).toMatchObject({ key: null, value: null });
  });

  it('keeps the offset if there are no records', () => {
    expect(decodeBatches([], 't', 0, 4)).toEqual({ records: [], nextOffset: 4 });
  });
});
