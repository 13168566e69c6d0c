import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { PartitionBuffer } from '../../../local/kafka/partition-buffer.ts';

function recordsOf(from: number, to: number, bytes = 10): LogRecord[] {
  return Array.from({ length: to - from }, (_, nth) => ({
    topic: 't',
    partition: 0,
    offset: from + nth,
    timestampMs: 0,
    key: null,
    value: Buffer.alloc(bytes),
    headers: {},
  }));
}

const filled = (from: number, to: number, bytes?: number): PartitionBuffer => {
  const buffer = new PartitionBuffer('t', 0, from);
  buffer.add({ records: recordsOf(from, to, bytes), nextOffset: to });
  return buffer;
};
const offsets = (records: readonly LogRecord[]) => records.map(({ offset }) => offset);

describe('the buffer of a partition', () => {
  it('returns the same records until they are committed', () => {
    const buffer = filled(5, 9);
    expect(offsets(buffer.read(5, 2, 1e6))).toEqual([5, 6]);
    expect(offsets(buffer.read(5, 2, 1e6))).toEqual([5, 6]);
    buffer.commit(7);
    expect(buffer.committed).toBe(7);
    expect(offsets(buffer.read(7, 10, 1e6))).toEqual([7, 8]);
  });

  it('returns at most as many bytes as requested, and one record in any case', () => {
    const buffer = filled(0, 5, 100);
    expect(offsets(buffer.read(0, 10, 250))).toEqual([0, 1]);
    expect(offsets(buffer.read(0, 10, 1))).toEqual([0]);
  });

  it('never goes back, and leaves out fetched records that were committed meanwhile', () => {
    const buffer = filled(0, 5);
    buffer.commit(8);
    buffer.commit(3);
    expect(buffer.committed).toBe(8);
    buffer.add({ records: recordsOf(5, 10), nextOffset: 10 });
    expect(offsets(buffer.read(8, 10, 1e6))).toEqual([8, 9]);
    expect(buffer.fetchOffset).toBe(10);
  });

  it('needs records until it has two batches, by records or by bytes', () => {
    expect(filled(0, 19_999).needsRecords).toBe(true);
    expect(filled(0, 20_000).needsRecords).toBe(false);
    const large = filled(0, 2, 4_000_000);
    expect(large.needsRecords).toBe(false);
    large.commit(1);
    expect(large.needsRecords).toBe(true);
  });

  it('loses, repeats and reorders nothing, in any order of fetches, reads and commits', () => {
    const turns = fc.array(fc.record({ fetched: fc.nat(20), recordsMax: fc.integer({ min: 1, max: 7 }) }));
    fc.assert(
      fc.property(fc.nat(100), turns, (first, all) => {
        const buffer = new PartitionBuffer('t', 0, first);
        const read: number[] = [];
        for (const { fetched, recordsMax } of all) {
          const from = buffer.fetchOffset;
          buffer.add({ records: recordsOf(from, from + fetched), nextOffset: from + fetched });
          const batch = offsets(buffer.read(buffer.committed, recordsMax, 1e6));
          read.push(...batch);
          if (batch.length > 0) buffer.commit(batch.at(-1)! + 1);
        }
        expect(read).toEqual(read.map((_, nth) => first + nth));
        expect(buffer.committed).toBe(first + read.length);
      }),
    );
  });
});
