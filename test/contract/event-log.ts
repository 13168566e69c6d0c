import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import type { Layout } from '../../functions/shared/log/layout.ts';
import type { LogRecord, OutgoingRecord } from '../../functions/shared/log/record.ts';
import { messageBytesMax, onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import type { EventLog, RecordCounts } from '../../functions/shared/ports/event-log.ts';

export interface OpenedLog {
  readonly eventLog: EventLog & RecordCounts;
  /** Returns what any consumer reads: the records from `offset` (or the first one that is kept) to the last. */
  read(topic: string, partition: number, offset: number): Promise<readonly LogRecord[]>;
  /** Returns the offset that the next record will have. */
  endOffset(topic: string, partition: number): Promise<number>;
  close?(): Promise<void>;
}

const partitions = 3;
const layout: Layout = { partitions: { ...onePartitionEach, [topics.samples]: partitions } };

/** Defines the tests of what every event log promises. @param open opens a log with the topics of the layout */
export function describeEventLog(name: string, open: (layout: Layout) => Promise<OpenedLog>): void {
  describe(`the event log on ${name}`, () => {
    let opened: OpenedLog;
    let eventLog: EventLog & RecordCounts;
    beforeAll(async () => {
      opened = await open(layout);
      eventLog = opened.eventLog;
    });
    afterAll(() => opened.close?.());

    /** @returns the refused records, and what each partition of `samples` received */
    async function append(records: readonly OutgoingRecord[]) {
      const ends = await endsOfSamples();
      const refused = await eventLog.append(records);
      const got = await Promise.all(ends.map((end, partition) => opened.read(topics.samples, partition, end)));
      return { refused, got, ends };
    }

    const endsOfSamples = () =>
      Promise.all(Array.from({ length: partitions }, (_, partition) => opened.endOffset(topics.samples, partition)));

    it.each([
      [
        'a sample',
        sampleValue(0),
        'prod/host/node-a',
        { schema: 'sample/2', position: 'normalise/offbeat.beats/0 0 7 0' },
      ],
      ['no key and no headers', sampleValue(1), null, {}],
      ['no bytes', Buffer.alloc(0), 'key', {}],
      ['bytes that are no text', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), 'key', {}],
      ['a value of 1 MB', Buffer.alloc(1_000_000, '{"a":1}'), 'key', {}],
      ['a key and headers beyond ASCII', sampleValue(2), 'prod/host/Zürich 🚀', { replay: 'Größe "x"\n\\' }],
    ])('returns %s as it was appended', async (_case, value, key, headers) => {
      const { refused, got } = await append([record({ value, key, headers })]);
      expect(refused).toEqual([]);
      const [found] = got[0]!;
      expect(found?.value?.equals(value)).toBe(true);
      expect({ ...found, headers: { ...found?.headers } }).toMatchObject({ topic: topics.samples, partition: 0, key });
      expect({ ...found?.headers }).toEqual(headers);
    });

    it('accepts an empty batch', async () => {
      expect(await append([])).toMatchObject({ refused: [], got: [[], [], []] });
    });

    it('numbers each partition without a gap, in broker time that never goes back', async () => {
      const records = Array.from({ length: 300 }, (_, nth) =>
        record({ partition: nth % partitions, value: sampleValue(nth) }),
      );
      const { got, ends } = await append(records);
      for (const [partition, found] of got.entries()) {
        expect(found.map(({ offset }) => offset)).toEqual(Array.from(found, (_, nth) => ends[partition]! + nth));
        expect(found.map(({ timestampMs }) => timestampMs)).toEqual(timesOf(found).sort((a, b) => a - b));
        expect(await opened.endOffset(topics.samples, partition)).toBe(ends[partition]! + 100);
      }
    });

    it('keeps the order of each partition over any number of appends and interleaved partitions', async () => {
      const chunks = fc.array(fc.array(fc.nat({ max: partitions - 1 }), { maxLength: 20 }), { maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(chunks, async (appends) => {
          const ends = await endsOfSamples();
          const sent: number[][] = [[], [], []];
          let nth = 0;
          for (const into of appends) {
            const records = into.map((partition) => {
              nth += 1;
              sent[partition]!.push(nth);
              return record({ partition, value: sampleValue(nth) });
            });
            expect(await eventLog.append(records)).toEqual([]);
          }
          for (const [partition, numbers] of sent.entries()) {
            const found = await opened.read(topics.samples, partition, ends[partition]!);
            expect(found.map(({ value }) => JSON.parse(`${value}`).nth)).toEqual(numbers);
          }
        }),
        { numRuns: 20 },
      );
    });

    it('accepts a batch of 10,000 documents', async () => {
      const { refused, got } = await append(
        Array.from({ length: 10_000 }, (_, nth) => record({ value: sampleValue(nth) })),
      );
      expect(refused).toEqual([]);
      expect(got[0]).toHaveLength(10_000);
    });

    it('refuses a record that is too large by its index, and accepts the records around it', async () => {
      const tooLarge = Buffer.alloc(messageBytesMax[topics.samples] + 1);
      const values = [sampleValue(0), tooLarge, sampleValue(2), tooLarge, sampleValue(4)];
      const { refused, got } = await append(values.map((value) => record({ value })));
      expect(refused.map(({ index }) => index)).toEqual([1, 3]);
      expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(['message too large']));
      expect(got[0]!.map(({ value }) => JSON.parse(`${value}`).nth)).toEqual([0, 2, 4]);
    });

    it('accepts a dead letter of the largest record', async () => {
      const end = await opened.endOffset(topics.deadLetters, 0);
      const letter = record({ topic: topics.deadLetters, value: Buffer.alloc(messageBytesMax[topics.samples]) });
      expect(await eventLog.append([letter])).toEqual([]);
      expect(await opened.endOffset(topics.deadLetters, 0)).toBe(end + 1);
    });

    it('counts the records of a partition that were appended since a time, inclusive', async () => {
      const { got } = await append([1, 2, 3].map((nth) => record({ partition: 1, value: sampleValue(nth) })));
      const { timestampMs } = got[1]!.at(-1)!;
      const all = await opened.read(topics.samples, 1, 0);
      const since = all.filter((each) => each.timestampMs >= timestampMs).length;
      expect(since).toBeGreaterThan(0);
      expect(await eventLog.countSince(topics.samples, 1, timestampMs)).toBe(since);
      expect(await eventLog.countSince(topics.samples, 1, 0)).toBe(all.length);
      expect(await eventLog.countSince(topics.samples, 1, timestampMs + 3_600_000)).toBe(0);
    });

    it('refuses a record of an unknown topic', async () => {
      await expect(eventLog.append([record({ topic: 'offbeat.none' })])).rejects.toThrow(UnavailableError);
    });

    it('reports the first offset that it still holds', async () => {
      await append([record({})]);
      const earliest = await eventLog.earliestOffset(topics.samples, 0);
      expect((await opened.read(topics.samples, 0, 0))[0]?.offset).toBe(earliest);
    });
  });
}

function record(parts: Partial<OutgoingRecord>): OutgoingRecord {
  return { topic: topics.samples, partition: 0, key: 'prod/host/node-a', value: sampleValue(0), headers: {}, ...parts };
}

/** Returns a value of the size of a sample. */
function sampleValue(nth: number): Buffer {
  return Buffer.from(
    JSON.stringify({
      nth,
      entity: { cluster: 'prod', kind: 'host', name: 'node-a' },
      timestampMs: 1_795_446_160_000 + nth,
      dataset: 'system.diskio',
      dimensions: { device: 'sda' },
      measurements: { 'system.diskio.read.bytes': 1e9 + nth, 'system.diskio.write.bytes': 2e9 + nth },
      source: 'metricbeat',
    }),
  );
}

const timesOf = (records: readonly LogRecord[]): number[] => records.map(({ timestampMs }) => timestampMs);
