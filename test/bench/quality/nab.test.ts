import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bestNab, type NabCorpus, nabAt, nabFile, readNab, twoFold } from '../../../bench/quality/nab.ts';
import { Random } from '../../../bench/quality/random.ts';
import { incidents, perfectScores, smallNames, smallScores, smallSeries, timeOf } from './small-set.ts';

const corpus: NabCorpus = {
  files: smallNames.map((name) =>
    nabFile(
      smallSeries(name),
      incidents[name].map(([from, to]): [string, string] => [timeOf(from), timeOf(to)]),
    ),
  ),
};

// Expected values from a scorer in Python that agrees with NAB's own code to four decimals on the result sets that NAB ships.
it.each([
  ['standard', 73.0396, 26.5549],
  ['lowFalsePositives', 56.5818, -45.3629],
  ['lowFalseNegatives', 82.0264, 51.0366],
] as const)('the NAB score of the profile %s agrees with its reference', (profile, best, at) => {
  const found = bestNab(corpus, smallScores(), profile);
  expect(found.score).toBeCloseTo(best, 4);
  expect(found.threshold).toBe(0.9);
  expect(nabAt(corpus, smallScores(), 0.55, profile)).toBeCloseTo(at, 4);
});

it('nothing detected scores 0', () => {
  expect(nabAt(corpus, smallScores(), 0.95)).toBe(0);
});

it('the two halves of the files each have the threshold of the other one', () => {
  const random = new Random(1);
  const folds = twoFold(corpus, perfectScores(), 3, () => random.uniform());
  expect(folds).toHaveLength(6);
  for (const fold of folds) expect(fold).toBeGreaterThan(90);
});

it('a window whose time no row has is refused, with the file and the time', () => {
  expect(() => nabFile(smallSeries('a/one.csv'), [[timeOf(3), timeOf(500)]])).toThrow(
    'a/one.csv: no row has the time 2026-01-01T08:20:00.000Z of a window',
  );
});

it('the part of NAB in this repository has 28 files with all their windows', () => {
  const shipped = readNab(join(import.meta.dirname, '../../../bench/quality/nab'));
  expect(shipped.files).toHaveLength(28);
  // 6 in the artificial files with an anomaly, 30 in those of CloudWatch.
  expect(shipped.files.reduce((sum, { windows }) => sum + windows, 0)).toBe(36);
});
