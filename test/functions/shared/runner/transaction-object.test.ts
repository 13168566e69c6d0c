import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  decodeBlocks,
  decodeTransaction,
  encodeTransaction,
  firstName,
  numberInName,
  objectName,
} from '../../../../functions/shared/runner/transaction-object.ts';

const key = { stage: 'detect', topic: 'offbeat.samples', partition: 3 };
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));

it('a transaction object decodes to the transaction that was encoded', () => {
  const effect = fc.record({
    topic: fc.string(),
    partition: fc.nat(),
    key: fc.option(fc.string()),
    headers: fc.dictionary(
      fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
      fc.string(),
    ),
    value: bytes,
  });
  const blocks = fc.array(fc.tuple(fc.string(), bytes)).map((entries) => new Map(entries));
  fc.assert(
    fc.property(fc.nat(), blocks, fc.array(effect), (number, blocks, effects) => {
      const object = { key, number, settingsHash: 'abc', blocks, effects };
      const encoded = encodeTransaction(object);
      const decoded = decodeTransaction('x', encoded);
      expect(decodeBlocks('x', encoded)).toEqual(decoded.blocks);
      expect({ ...decoded, effects: JSON.stringify(decoded.effects) }).toEqual({
        ...object,
        effects: JSON.stringify(effects),
      });
    }),
  );
});

it('bytes that are not a transaction object, or are cut off, are refused', () => {
  expect(() => decodeTransaction('some/object', Buffer.from('{}'))).toThrow(/some\/object: not a transaction object/);
  const whole = encodeTransaction({
    key,
    number: 1,
    settingsHash: '',
    blocks: new Map([['b', Buffer.from('12')]]),
    effects: [],
  });
  expect(() => decodeTransaction('some/object', whole.subarray(0, -1))).toThrow(/some\/object: cut short/);
});

it('the first name of a number sorts before all its objects and after all lower numbers', () => {
  const attempt = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
  fc.assert(
    fc.property(fc.nat(), fc.nat(), attempt, (number, other, id) => {
      expect(objectName(key, other, id) > firstName(key, number)).toBe(other >= number);
    }),
  );
});

it('names of objects sort by number', () => {
  const names = [12, 9, 100].map((number) => objectName(key, number, 'a')).sort();
  expect(names.map(numberInName)).toEqual([9, 12, 100]);
});
