import { describe, expect, it } from 'vitest';
import { lastOffMs, noteOff, type Run, runStartMs } from '../../../functions/detect/persistence.ts';
import { type SeriesValues, slot } from '../../../functions/detect/slot.ts';
import { blankSeries } from './series.ts';

const letters: Readonly<Record<Run, string>> = { quiet: 'q', undecided: 'u', off: 'O' };

/** Notes samples ten seconds apart: `x` is off, `.` is not. Returns the run after each sample as its letter. */
function runs(pattern: string, cadenceMs: number): { readonly series: SeriesValues; readonly text: string } {
  const series = blankSeries();
  series.values[series.at + slot.cadenceMs] = cadenceMs;
  const found = [...pattern].map((sample, nth) => letters[noteOff(series, sample === 'x', nth * 10_000)]);
  return { series, text: found.join('') };
}

// pandas 3.1.1, over s = Series of 1 for x and 0 for a point: t = s.rolling(5, min_periods=1).sum()
//   q where t is 0, O where the sample itself is off and t is 3 or more, else u. For slow series rolling(3) and 2.
describe('a series whose samples are less than 30 s apart', () => {
  it.each([
    ['...', 'qqq'],
    ['x', 'u'],
    ['xx', 'uu'],
    ['xxx', 'uuO'],
    ['x.x.x', 'uuuuO'],
    ['x..xx', 'uuuuO'],
    ['xx...x', 'uuuuuu'],
    ['x...xx', 'uuuuuu'],
    ['xx..xx', 'uuuuOO'],
    ['xxx.....', 'uuOuuuuq'],
  ])('with the samples %s has the runs %s: three of five must be off', (pattern, expected) => {
    expect(runs(pattern, 29_999).text).toBe(expected);
    expect(runs(pattern, 0).text).toBe(expected);
  });

  it('begins a run with the first of the three samples that it needed', () => {
    expect(runStartMs(runs('x.x.x', 10_000).series)).toBe(0);
    expect(runStartMs(runs('..xxx', 10_000).series)).toBe(20_000);
    expect(runStartMs(runs('xx..xx', 10_000).series)).toBe(10_000);
  });
});

describe('a series whose samples are 30 s apart or more', () => {
  it.each([
    ['...', 'qqq'],
    ['x', 'u'],
    ['xx', 'uO'],
    ['x.x.x', 'uuOuO'],
    ['x..x', 'uuuu'],
    ['xx...x', 'uOuuqu'],
    ['xx..xx', 'uOuuuO'],
    ['xxx.....', 'uOOuuqqq'],
  ])('with the samples %s has the runs %s: two of three must be off', (pattern, expected) => {
    expect(runs(pattern, 30_000).text).toBe(expected);
  });

  it('begins a run with the first of the two samples that it needed', () => {
    expect(runStartMs(runs('x.x', 60_000).series)).toBe(0);
    expect(runStartMs(runs('xxx', 60_000).series)).toBe(10_000);
  });
});

it('the newest sample that was off stays noted while later samples are not', () => {
  expect(lastOffMs(runs('.xx..', 10_000).series)).toBe(20_000);
  expect(lastOffMs(runs('...', 10_000).series)).toBe(0);
});

it('noting a sample changes no double of the neighbouring series', () => {
  const { series } = runs('xxxxx', 10_000);
  expect(series.values.subarray(0, series.at).every((value) => value === 0)).toBe(true);
  expect(series.values.subarray(series.at + slot.detector).every((value) => value === 0)).toBe(true);
});
