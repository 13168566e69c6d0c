import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countText, quantity, quantityText, scaleText, shortNumber, shownUnit } from '../../../web/format/quantity.ts';

const said = (value: number | null, unit: string): string => quantityText(value, unit).replaceAll('\u00a0', ' ');

describe('a quantity', () => {
  // The design's README, "Units": two or three digits, rates by 1000.
  it.each([
    [783_000, 'B/s', '783 kB/s'],
    [6_900_000, 'By/s', '6.9 MB/s'],
    [39.2, '{message}/s', '39.2 /s'],
    [999_600, 'B/s', '1 MB/s'],
    [0, 'B/s', '0 B/s'],
    [152_000, 'B/s', '152 kB/s'],
  ])('of %d %s is %s', (value, unit, text) => expect(said(value, unit)).toBe(text));

  // The sizes of the design's chunkserver table.
  it.each([
    [2 ** 40, '1 TiB'],
    [982 * 2 ** 30, '982 GiB'],
    [1_011 * 2 ** 30, '1011 GiB'],
    [3 * 2 ** 40, '3 TiB'],
    [0, '0 B'],
  ])('of %d bytes of space is %s', (value, text) => expect(said(value, 'By')).toBe(text));

  it.each([
    [0.25, 'share', '25 %'],
    [0.001, 'share', '0.1 %'],
    [99, '%', '99 %'],
    [185, 's', '3 min 5 s'],
    [40, 's', '40 s'],
    [250, 'ms', '250 ms'],
    [7_206, '{message}', '7,206'],
    [114_000, '{chunk}', '114 K'],
    [-0.25, 'share', '−25 %'],
    [0.4, 's', '0.4 s'],
    [0.0011, 's', '1.1 ms'],
    [0.0085, 's', '8.5 ms'],
    [-0.0085, 's', '−8.5 ms'],
    [0.000_042, 's', '42 µs'],
    [0, 's', '0 s'],
    [0.02, 'ms', '20 µs'],
    [300, 'ns', '300 ns'],
    [1_500, 'ns', '1.5 µs'],
    [0.0011, '{error}/s', '0.0011 /s'],
    [0.0085, '{error}/s', '0.0085 /s'],
    [0.3, 'B/s', '0.3 B/s'],
    [0.000_000_12, '1', '1.2e-7'],
  ])('of %d %s is %s', (value, unit, text) => expect(said(value, unit)).toBe(text));

  it('of nothing is no data, without a unit', () => {
    expect(quantity(null, 'B/s')).toEqual({ text: 'no data', unit: '' });
    expect(quantity(Number.NaN, 'B/s')).toEqual({ text: 'no data', unit: '' });
  });

  it('has at most four digits, and a number that is within 5 % of its value', () => {
    const factors: Record<string, number> = { 'B/s': 1, 'kB/s': 1e3, 'MB/s': 1e6, 'GB/s': 1e9, 'TB/s': 1e12 };
    fc.assert(
      fc.property(fc.double({ min: 1, max: 9e14, noNaN: true }), (value) => {
        const { text, unit } = quantity(value, 'B/s');
        expect(text.replace(/\D/g, '').length).toBeLessThanOrEqual(4);
        const shown = Number(text) * factors[unit]!;
        expect(Math.abs(shown - value) / value).toBeLessThan(value < 10 ? 0.5 : 0.05);
      }),
    );
  });
});

it('a number below a hundredth is not shown as zero', () => {
  expect(shortNumber(0.001)).toBe('0.001');
  expect(shortNumber(-0.001)).toBe('−0.001');
  expect(countText(0)).toBe('0');
});

it('a unit of 1 is a share where the name of the metric says so', () => {
  expect(shownUnit('system.cpu.total.norm.pct', '1')).toBe('share');
  expect(shownUnit('cpu', '1')).toBe('share');
  expect(shownUnit('system.load.norm.1', '1')).toBe('1');
  expect(shownUnit('disk.write', 'B/s')).toBe('B/s');
});

it('a scale is told from zero to its top', () => {
  expect(scaleText(15e6, 'B/s')).toBe('0 to 15\u00a0MB/s');
});

it('a number too large for any unit has an exponent', () => {
  expect(quantityText(1e300, 'B/s')).toBe('1e300\u00a0B/s');
  expect(quantityText(-2.5e300, '1')).toBe('−2.5e300');
  expect(quantityText(1e300, 's')).toBe('1e300\u00a0s');
  expect(quantityText(1e300, 'share')).toBe('1e300');
  expect(countText(1e300)).toBe('1e300');
});
