import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { iecBytes, iecInteger } from '../../../../functions/shared/domain/iec.ts';

describe('a number in the largest unit of 1024 that it fills', () => {
  it.each([
    [0, '0'],
    [1_023, '1023'],
    [1_024, '1 K'],
    [12_288, '12 K'],
    // Rounded, it would be 1024 K.
    [1_024 * 1_024 - 1, '1 M'],
    [1_535, '1 K'],
    [1_536, '2 K'],
  ])('%d is %s', (value, text) => {
    expect(iecInteger(value)).toBe(text);
  });

  it.each([
    [982 * 2 ** 30, '982 GiB'],
    [1_011 * 2 ** 30, '1011 GiB'],
    [2 ** 40, '1 TiB'],
    [7, '7 B'],
    [2 ** 70, '1024 EiB'],
  ])('%d bytes are %s', (value, text) => {
    expect(iecBytes(value)).toBe(text);
  });

  it('is never wrong by more than half of its unit', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const [number, unit = ''] = iecInteger(value).split(' ');
        const size = 1_024 ** ['', 'K', 'M', 'G', 'T', 'P'].indexOf(unit);
        expect(Number(number)).toBeLessThan(1_024);
        expect(Math.abs(Number(number) * size - value)).toBeLessThanOrEqual(size / 2);
      }),
    );
  });
});
