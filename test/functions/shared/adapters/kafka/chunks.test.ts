import { createRecordsBatch } from '@platformatic/kafka';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byPartition,
  chunksOf,
  type Indexed,
  wireBytes,
} from '../../../../../functions/shared/adapters/kafka/chunks.ts';
import { topics } from '../../../../../functions/shared/log/topics.ts';

const record = fc.record({
  topic: fc.constantFrom(topics.samples, topics.signals),
  partition: fc.nat(2),
  key: fc.option(fc.string({ maxLength: 50, unit: 'grapheme' })),
  value: fc.nat(3_000).map((bytes) => Buffer.alloc(bytes)),
  headers: fc.dictionary(fc.string({ maxLength: 20 }), fc.string({ maxLength: 50, unit: 'grapheme' }), {
    noNullPrototype: true,
  }),
});
const indexed = fc
  .array(record, { maxLength: 60 })
  .map((all) => all.map((one, index): Indexed => ({ index, record: one })));
const bytesOf = (chunk: readonly Indexed[]) => chunk.reduce((sum, one) => sum + wireBytes(one.record), 0);

describe('chunks', () => {
  it('chunks contain all records in their order, and none is empty', () => {
    fc.assert(
      fc.property(indexed, fc.integer({ min: 1, max: 10_000 }), (records, bytesMax) => {
        const chunks = chunksOf(records, bytesMax);
        expect(chunks.flat()).toEqual(records);
        expect(chunks.every((chunk) => chunk.length > 0)).toBe(true);
      }),
    );
  });

  it('a chunk is no larger than its limit, unless one record is', () => {
    fc.assert(
      fc.property(indexed, fc.integer({ min: 1, max: 10_000 }), (records, bytesMax) => {
        const tooLarge = chunksOf(records, bytesMax).filter((chunk) => bytesOf(chunk) > bytesMax);
        expect(tooLarge.every((chunk) => chunk.length === 1)).toBe(true);
      }),
    );
  });

  it('there are as few chunks as their order allows', () => {
    fc.assert(
      fc.property(indexed, fc.integer({ min: 1, max: 10_000 }), (records, bytesMax) => {
        for (const [at, chunk] of chunksOf(records, bytesMax).entries()) {
          const next = chunksOf(records, bytesMax)[at + 1]?.[0];
          if (next !== undefined) expect(bytesOf([...chunk, next])).toBeGreaterThan(bytesMax);
        }
      }),
    );
  });

  it('a chunk is never larger in a request than it was counted', () => {
    fc.assert(
      fc.property(indexed, (records) => {
        fc.pre(records.length > 0);
        const messages = records.map(({ record: { key, value, headers, topic } }) => ({
          topic,
          value,
          ...(key === null ? {} : { key: Buffer.from(key) }),
          headers: new Map(
            Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)] as const),
          ),
        }));
        expect(createRecordsBatch(messages).length).toBeLessThanOrEqual(bytesOf(records));
      }),
    );
  });
});

describe('records by partition', () => {
  it('records by partition keep the order of the call, and none is lost', () => {
    fc.assert(
      fc.property(indexed, (records) => {
        const partitions = byPartition(records);
        for (const ofPartition of partitions) {
          const [first] = ofPartition;
          const same = records.filter(
            ({ record: { topic, partition } }) =>
              topic === first!.record.topic && partition === first!.record.partition,
          );
          expect(ofPartition).toEqual(same);
        }
        expect(partitions.flat()).toHaveLength(records.length);
      }),
    );
  });
});
