import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutLetter, letterHeader } from '../../../../functions/shared/log/dead-letter.ts';
import { letterMessage, letterOf } from '../../../../functions/shared/log/dead-letter-message.ts';
import { header, type OutgoingRecord } from '../../../../functions/shared/log/record.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { namedLetter } from '../../../../functions/shared/runner/reject-records.ts';

const text = fc.string({ unit: 'binary' });
const letters = fc.record({
  key: fc.option(text),
  headers: fc.dictionary(text, text),
  value: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
});

/** The characters that SQS refuses: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const refusedBySqs = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

describe('a dead letter as a message of a queue', () => {
  it('the message contains the key, every header and every byte of the letter', () => {
    fc.assert(
      fc.property(letters, (letter) => {
        expect(letterOf(letterMessage(letter))).toEqual({ ...letter, headers: { ...letter.headers } });
      }),
    );
  });

  it('a header whose name is that of a prototype stays a header', () => {
    const letter = { key: null, headers: { ['__proto__']: 'x', constructor: 'y' }, value: Buffer.from('z') };
    expect(Object.entries(letterOf(letterMessage(letter))?.headers ?? {})).toEqual(Object.entries(letter.headers));
  });

  it.each([
    ['an array', '[]'],
    ['a number', '1'],
    ['null', 'null'],
    ['an object that contains a number', '{"a":1}'],
  ])('a message whose headers are %s is not a letter', (_, headers) => {
    const message = letterMessage({ key: null, headers: {}, value: Buffer.from('z') });
    expect(letterOf(message)).toBeDefined();
    expect(letterOf(message.replace('"headers":{}', `"headers":${headers}`))).toBeUndefined();
  });

  it('the message contains no character that SQS refuses', () => {
    fc.assert(fc.property(letters, (letter) => !refusedBySqs.test(letterMessage(letter))));
    const hostile = { key: '\u0000\uffff\ud800', headers: { 'a\uffff': '\u0008' }, value: Buffer.from([0, 0xff]) };
    expect(letterMessage(hostile)).not.toMatch(refusedBySqs);
    expect(letterOf(letterMessage(hostile))).toEqual(hostile);
  });

  it('the message names the fault, and has the same id each time the record is rejected', () => {
    const record = {
      topic: topics.alerts,
      partition: 0,
      offset: 7,
      timestampMs: 1_000,
      key: 'alert-1',
      value: Buffer.from('hello'),
      headers: { [header.schema]: 'alert/1' },
    };
    const [first, again, later] = [record, record, { ...record, offset: 8 }].map((each) => {
      const letter = namedLetter(each, 'publish', 'not JSON', 'why');
      return JSON.parse(letterMessage({ ...letter, value: Buffer.from(letter.value) }));
    });
    expect(first).toEqual({
      id: 'publish/offbeat.alerts/0 0 7 0 1000',
      key: 'alert-1',
      headers: {
        [header.schema]: 'dead-letter/1',
        [header.position]: 'publish/offbeat.alerts/0 0 7 0',
        [header.sourceTime]: '1000',
        [letterHeader.topic]: 'offbeat.alerts',
        [letterHeader.partition]: '0',
        [letterHeader.offset]: '7',
        [letterHeader.stage]: 'publish',
        [letterHeader.reason]: 'not JSON',
        [letterHeader.detail]: 'why',
        [letterHeader.originalSchema]: 'alert/1',
      },
      value: Buffer.from('hello').toString('base64'),
    });
    expect(again).toEqual(first);
    expect(later.id).not.toBe(first.id);
  });

  it('a letter that was cut fits into a message of SQS, whatever its headers were, and tells its former length', () => {
    const widest = '\u{10ffff}'.repeat(5_000);
    const letter: OutgoingRecord = {
      topic: topics.deadLetters,
      partition: 0,
      key: widest,
      value: Buffer.alloc(4_500_000),
      headers: Object.fromEntries(
        [...Object.values(header), ...Object.values(letterHeader)].map((name) => [name, widest]),
      ),
    };
    const body = letterMessage(cutLetter(letter));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(1_048_576);
    expect(letterOf(body)?.headers[letterHeader.cutFrom]).toBe('4500000');
  });

  it.each([
    ['no JSON', 'hello'],
    ['no object', '[]'],
    ['a message of SNS', '{"Type":"Notification","Message":"{}"}'],
    ['a value that is not base64', '{"id":"a","key":null,"headers":{},"value":"*"}'],
    ['a header that is no text', '{"id":"a","key":null,"headers":{"a":1},"value":""}'],
  ])('%s is no letter', (_, body) => {
    expect(letterOf(body)).toBeUndefined();
  });
});
