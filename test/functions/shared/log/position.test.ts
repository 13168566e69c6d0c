import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { givenPosition, isAbove, parsePosition, positionText } from '../../../../functions/shared/log/position.ts';
import { header } from '../../../../functions/shared/log/record.ts';

const position = fc.record({
  producer: fc.constantFrom('detect/offbeat.samples/0', 'replay/abc'),
  epoch: fc.nat(),
  number: fc.maxSafeNat(),
  ordinal: fc.nat(),
});

describe('a position', () => {
  it('a position parses to the position that was written', () => {
    fc.assert(
      fc.property(position, (one) => {
        expect(parsePosition(positionText(one))).toEqual(one);
      }),
    );
  });

  it('no other text parses as a position', () => {
    for (const text of ['', 'a 1 2', 'a 1 2 3 4', 'a 1 -2 3', 'a 1 2 x', ' 1 2 3'])
      expect(parsePosition(text)).toBeUndefined();
  });

  it('of two different positions exactly one is above, by epoch, number and ordinal', () => {
    fc.assert(
      fc.property(position, position, (one, other) => {
        const same = one.epoch === other.epoch && one.number === other.number && one.ordinal === other.ordinal;
        expect(Number(isAbove(one, other)) + Number(isAbove(other, one))).toBe(same ? 0 : 1);
      }),
    );
    expect(isAbove({ producer: 'p', epoch: 1, number: 0, ordinal: 0 }, { epoch: 0, number: 9, ordinal: 9 })).toBe(true);
  });
});

describe('the position in the headers of a record on beats', () => {
  it.each([
    ['replay/abc', true],
    ['redrive/run/offbeat.beats/0', true],
    ['normalise/offbeat.beats/0', false],
    ['detect/offbeat.samples/0', false],
    ['redrive', false],
    [`replay/${'x'.repeat(194)}`, false],
  ])('the position of producer %s on a record of beats is used: %s', (producer, isBelieved) => {
    const one = { producer, epoch: 0, number: 7, ordinal: 3 };
    const expected = isBelieved ? one : undefined;
    expect(givenPosition({ [header.position]: positionText(one) })).toEqual(expected);
  });

  it('a record without a position, or with a malformed one, has none', () => {
    expect(givenPosition({})).toBeUndefined();
    expect(givenPosition({ [header.position]: 'redrive/run 0 1' })).toBeUndefined();
  });
});
