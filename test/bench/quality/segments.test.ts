import { expect, it } from 'vitest';
import { type SegmentSeries, segmentQuality } from '../../../bench/quality/segments.ts';
import { incidents, perfectScores, smallNames, smallScores, smallSeries } from './small-set.ts';

const warmUp = 10;
const all: readonly SegmentSeries[] = smallNames.map((name) => ({
  series: smallSeries(name),
  segments: incidents[name].map(([from, to]): [number, number] => [from - warmUp, to - warmUp]),
  warmUp,
  stepS: 300,
}));

// Expected values from a scorer in Python (numpy), rounded to six decimals.
it('the quality of scores on labelled incidents agrees with its reference', () => {
  const quality = segmentQuality(all, smallScores());
  expect(quality.averagePrecision).toBeCloseTo(0.255676, 6);
  expect(quality.vusPr).toBeCloseTo(0.60907, 5);
  expect(quality.compositeF).toBeCloseTo(0.5, 6);
  expect(quality.recallAtOneFalseHour).toBe(0);
});

it('scores that know the incidents are perfect, except that buffered labels want more rows', () => {
  const quality = segmentQuality(all, perfectScores());
  expect(quality).toMatchObject({ averagePrecision: 1, compositeF: 1, recallAtOneFalseHour: 1 });
  expect(quality.vusPr).toBeGreaterThan(0.5);
});
