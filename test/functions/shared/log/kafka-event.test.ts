import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeKafkaEvent,
  encodeKafkaEvent,
  type KafkaEvent,
  kafkaEventSchema,
} from '../../../../functions/shared/log/kafka-event.ts';
import type { LogRecord } from '../../../../functions/shared/log/record.ts';

function eventOf(record: Partial<KafkaEvent['records'][string][number]>, name = 'a-b-0'): KafkaEvent {
  const whole = { topic: 'a-b', partition: 0, offset: 15, timestamp: 1545084650987, ...record };
  return { eventSource: 'aws:kafka', records: { [name]: [whole] } };
}

describe('an event as Lambda sends it', () => {
  it('an event is decoded from base64 and signed header bytes', () => {
    // "é" is the bytes 195 169, which some runtimes hand over as -61 -87.
    const event = eventOf({
      key: 'aG9zdDE=',
      value: 'eyJhIjoxfQ==',
      headers: [{ who: [-61, -87] }, { who: [195, 169] }],
    });
    const [batch] = decodeKafkaEvent(event);
    expect(batch?.records[0]).toMatchObject({ topic: 'a-b', key: 'host1', headers: { who: 'é' } });
    expect(`${batch?.records[0]?.value}`).toBe('{"a":1}');
  });

  it('a record may lack a key, a value and headers', () => {
    expect(decodeKafkaEvent(eventOf({ value: null }))[0]?.records[0]).toMatchObject({
      key: null,
      value: null,
      headers: {},
    });
    expect(decodeKafkaEvent(eventOf({ key: '' }))[0]?.records[0]).toMatchObject({ key: null, value: null });
  });

  it('an event is split by the fields of its records, never by its keys', () => {
    const event: KafkaEvent = {
      eventSource: 'SelfManagedKafka',
      records: {
        'x-1': [{ topic: 'x', partition: 1, offset: 3, timestamp: 0 }],
        'x-1-0': [{ topic: 'x-1', partition: 0, offset: 9, timestamp: 0 }],
      },
    };
    expect(decodeKafkaEvent(event).map(({ topic, partition }) => [topic, partition])).toEqual([
      ['x', 1],
      ['x-1', 0],
    ]);
  });

  it('an event that is not one of Kafka is refused, and the error names the field', () => {
    expect(() => decodeKafkaEvent({} as KafkaEvent)).toThrow(/event.records/);
    expect(() => decodeKafkaEvent(eventOf({ offset: 1.5 }))).toThrow(
      /expected topic, partition and offset, got "a-b", 0, 1.5/,
    );
  });

  it.each([
    ['a header without bytes', { headers: [{ who: null }] }, { headers: { who: '' } }],
    ['header bytes that are none', { headers: [{ who: [[], 104, '105', null] }] }, { headers: { who: '\0h\0\0' } }],
    ['headers that are none', { headers: [null, 5] }, { headers: {} }],
    ['no list of headers', { headers: 'who' }, { headers: {} }],
    ['a value that is no text', { value: 5 }, { value: null }],
    ['a value that is no base64', { value: '%%%' }, { value: Buffer.alloc(0) }],
    ['a key that is no text', { key: {} }, { key: null }],
    ['a time that is none', { timestamp: 'now' }, { timestampMs: 0 }],
  ])('a record with %s is decoded, like the records beside it', (_, odd, decoded) => {
    const { records } = eventOf({});
    const event = { records: { 'a-b-0': [...records['a-b-0']!, { ...records['a-b-0']![0], ...odd, offset: 16 }] } };
    const [batch] = decodeKafkaEvent(event as unknown as KafkaEvent);
    expect(batch?.records).toMatchObject([{ offset: 15 }, { offset: 16, ...decoded }]);
  });

  it.each([
    [{ records: { 'a-b-0': 5 } }, 'event.records: "a-b-0": expected a list of records'],
    [{ records: { 'a-b-0': [null] } }, 'expected topic, partition and offset, got nothing, nothing, nothing'],
    [{ records: { 'a-b-0': [{ topic: 'x'.repeat(1e6), offset: -1 }] } }, 'got "xxx'],
  ])('an event with a record without topic, partition or offset is refused: %#', (event, message) => {
    expect(() => decodeKafkaEvent(event as unknown as KafkaEvent)).toThrow(message);
  });

  it('a header named __proto__ is decoded', () => {
    const event = eventOf(JSON.parse('{"headers":[{"__proto__":[104,105]}]}'));
    const headers = decodeKafkaEvent(event)[0]!.records[0]!.headers;
    expect(Object.keys(headers)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).hi).toBeUndefined();
  });

  it('an event of the embedded poller fits the schema and decodes to the same records', () => {
    const header = fc.string({ minLength: 1 }).filter((name) => name !== '__proto__');
    const record: fc.Arbitrary<LogRecord> = fc.record({
      topic: fc.constantFrom('offbeat.beats', 'offbeat.samples'),
      partition: fc.nat({ max: 3 }),
      offset: fc.nat(),
      timestampMs: fc.nat(),
      key: fc.option(fc.string({ minLength: 1 })),
      value: fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes))),
      headers: fc.dictionary(header, fc.string()),
    });
    fc.assert(
      fc.property(fc.array(record), (records) => {
        const event = JSON.parse(JSON.stringify(encodeKafkaEvent(records)));
        expect(kafkaEventSchema.safeParse(event).success).toBe(true);
        const decoded = decodeKafkaEvent(event).flatMap((batch) => batch.records);
        const sorted = (some: readonly LogRecord[]) => some.map((one) => JSON.stringify(one)).sort();
        expect(sorted(decoded)).toEqual(sorted(records));
      }),
    );
  });
});
