import { describe, expect, it } from 'vitest';
import type { Line } from '../../../web/charts/line.ts';
import { gridValues, scaleEnds } from '../../../web/charts/scale-ends.ts';
import { expectedText } from '../../../web/views/machine/parts.ts';

const lineOf = (values: readonly (number | null)[], more: Partial<Line> = {}): Line => ({
  label: '',
  role: 'a',
  times: values.map((_, nth) => nth),
  values,
  ...more,
});

describe('the scale of a chart', () => {
  it('shows values that are all negative, up to zero', () => {
    const ends = scaleEnds([lineOf([-7.94, null, -2.65])], '1', false);
    expect(ends).toEqual({ start: -10, end: 0 });
    expect(gridValues(ends, true)).toEqual([-10, -5, 0]);
  });

  it('shows small negative values in their own size', () => {
    expect(scaleEnds([lineOf([-0.0019])], '1', false).start).toBeCloseTo(-0.002, 12);
  });

  it('shows both sides of zero, with the expected range', () => {
    const line = lineOf([-1.4, 2.8], { lower: [-2.8, -2.8], upper: [3.8, 3.8] });
    const ends = scaleEnds([line], '1', true);
    expect(ends).toEqual({ start: -3, end: 4 });
    expect(gridValues(ends, true)).toEqual([-3, 0, 4]);
  });

  it('begins at zero for values that are not negative', () => {
    expect(scaleEnds([lineOf([0, 14.2], { lower: [-3, -3], upper: [9, 9] })], '1', true)).toEqual({
      start: 0,
      end: 15,
    });
    expect(scaleEnds([lineOf([null])], '1', false)).toEqual({ start: 0, end: 1 });
  });
});

it('an expected range below zero has both of its ends', () => {
  const said = expectedText({ lower: [-7.94], upper: [-2.65] }, '1').replaceAll('\u00a0', ' ');
  expect(said).toBe(', expected −7.9 to −2.6');
  expect(expectedText({ lower: [0], upper: [3] }, '1')).toBe(', expected 0 to 3');
});
