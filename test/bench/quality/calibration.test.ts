import { expect, it } from 'vitest';
import { calms, falsePages, stepDelays } from '../../../bench/quality/calibration.ts';
import { contenders } from '../../../bench/quality/contenders.ts';
import { Random } from '../../../bench/quality/random.ts';
import { smallSeries } from './small-set.ts';

const calm = (name: string) => calms.find((each) => each.name === name)!;

it('white noise pages nobody, and a step of 10 standard deviations pages with its third value', () => {
  expect(falsePages(calm('white noise'), 10_000, 20_000, 2)).toEqual({ aWeek: 0, aWeekLater: 0 });
  expect(stepDelays(calm('white noise'), 10, 5_000, 3)).toEqual({ rows: [2, 2, 2], runs: 3 });
});

it('every calm series has finite values, and the same ones for the same seed', () => {
  for (const { source } of calms) {
    const values = [1, 2].map(() => Array.from({ length: 500 }, (_, nth) => nth * 600_000).map(source(new Random(3))));
    expect(values[0]!.every(Number.isFinite)).toBe(true);
    expect(values[0]).toEqual(values[1]);
  }
});

it('every contender scores each row in [0, 1)', () => {
  for (const { run } of contenders) {
    const { timesMs } = smallSeries('a/one.csv');
    const random = new Random(4);
    const times = Float64Array.from({ length: 400 }, (_, row) => timesMs[0]! + row * 60_000);
    const { score, alarm } = run({ name: 'noise', timesMs: times, values: times.map(() => random.normal()) });
    for (const each of [score, alarm]) {
      expect(each).toHaveLength(400);
      expect(each.every((size) => size >= 0 && size < 1)).toBe(true);
    }
  }
});
