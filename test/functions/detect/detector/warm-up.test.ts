import { expect, it } from 'vitest';
import { learnVariance } from '../../../../functions/detect/detector/spread.ts';
import { noise, pagesOf, run } from './streams.ts';

/** Returns bytes a second in MB: about 5, and 90 in a burst during the first values. */
const withBurst = (count: number, from: number, to: number): number[] =>
  noise(count).map((each, index) => (index >= from && index < to ? 90 : 5) + each / 2);

it.each([
  ['at its beginning', 0, 15],
  ['in its middle', 10, 30],
  ['at its end', 35, 50],
])('a burst during warm-up (%s) hides no later incident of its size', (_, from, to) => {
  for (const incidentAt of [300, 600, 2_000]) {
    const values = withBurst(incidentAt + 60, from, to).map((value, row) => (row >= incidentAt ? value + 85 : value));
    const [page, ...others] = pagesOf(run(values));
    expect(others).toEqual([]);
    expect(page! - incidentAt).toBeGreaterThanOrEqual(0);
    expect(page! - incidentAt).toBeLessThan(6);
  }
});

it('a burst during warm-up does not hide an incident of 6 % of it for longer than 2,400 values', () => {
  const values = withBurst(2_460, 10, 30).map((value, row) => (row >= 2_400 ? value + 5 : value));
  const [page, ...others] = pagesOf(run(values));
  expect(others).toEqual([]);
  expect(page! - 2_400).toBeLessThan(6);
});

it('a spread has learned all values of the warm-up equally, and remembers the newest third of them later', () => {
  const spreadOf = (distances: readonly number[]): number =>
    Math.sqrt(distances.reduce((variance, each, index) => learnVariance(variance, each, index + 1), 0));
  const warmUp = Array.from({ length: 50 }, (_, index) => (index < 25 ? 10 : 2));
  expect(spreadOf(warmUp) ** 2).toBeCloseTo(52, 9);
  // With equal weights, the mean of the squares would be 4 + 25 * 96 / 1000 after 1,000 values: 6.4.
  expect(spreadOf([...warmUp, ...Array<number>(950).fill(2)]) ** 2).toBeLessThan(4.2);
});
