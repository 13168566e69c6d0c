import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainRule } from '../../../../functions/detect/detector/paging.ts';
import { learnRecurring, lookUpRecurring, noteBeyond } from '../../../../functions/detect/detector/recurring.ts';
import { SeriesDetector } from '../../../../functions/detect/detector/series-detector.ts';
import { newWeek } from '../../../../functions/detect/detector/state.ts';
import { dayMs, hourMs, minuteMs } from '../../../../functions/shared/domain/durations.ts';
import { noise } from './streams.ts';

const mondayMs = Date.UTC(2026, 0, 5);
const stepMs = minuteMs;

/** Returns what recurs after visits of a slot, each with the furthest distance of its values in spreads. */
function recurringAfter(...visits: readonly number[]) {
  const week = newWeek();
  for (const beyond of visits) {
    noteBeyond(week, beyond, 1);
    learnRecurring(week, 4);
  }
  const into = { rise: 0, fall: 0 };
  lookUpRecurring(week, 4, into);
  return into;
}

describe('what recurs at a time of day', () => {
  it('is what two visits in a row had alike, with a margin', () => {
    expect(recurringAfter(100)).toEqual({ rise: 0, fall: 0 });
    expect(recurringAfter(100, 90)).toEqual({ rise: 125, fall: 0 });
    expect(recurringAfter(-100, -90)).toEqual({ rise: 0, fall: 125 });
  });

  it('is not what came once, again after a day without it, in another size, or to the other side', () => {
    for (const visits of [
      [100, 0, 100],
      [100, 40],
      [100, -100],
      [4, 4],
    ])
      expect(recurringAfter(...visits)).toEqual({ rise: 0, fall: 0 });
  });

  it('is kept over four days without it, and forgotten later', () => {
    expect(recurringAfter(100, 100, 0, 0, 0, 0).rise).toBeGreaterThan(100);
    expect(recurringAfter(100, 100, ...Array<number>(60).fill(0)).rise).toBeLessThan(6);
  });

  it('grows by a quarter with each visit that goes beyond it', () => {
    expect(recurringAfter(100, 100, 1_000).rise).toBeCloseTo(125 * 1.25);
    expect(recurringAfter(100, 100, ...Array<number>(12).fill(1_000)).rise).toBe(1_250);
  });

  it('counts in the slots beside it, those of midnight included', () => {
    const week = newWeek();
    for (let visit = 0; visit < 2; visit += 1) {
      noteBeyond(week, 100, 1);
      learnRecurring(week, 0);
    }
    const rises = [46, 47, 0, 1, 2].map((slot) => {
      const into = { rise: 0, fall: 0 };
      lookUpRecurring(week, slot, into);
      return into.rise;
    });
    expect(rises).toEqual([0, 125, 125, 125, 0]);
  });

  it('is never below 0, and never above the largest distance with the margin', () => {
    const visits = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 40 });
    fc.assert(
      fc.property(visits, (given) => {
        const { rise, fall } = recurringAfter(...given);
        const most = (sign: 1 | -1): number => Math.max(0, ...given.map((each) => sign * each)) * 1.25 * (1 + 1e-6);
        expect(rise >= 0 && rise <= most(1)).toBe(true);
        expect(fall >= 0 && fall <= most(-1)).toBe(true);
      }),
    );
  });
});

/** Returns the days of the pages of a series with a job of 12 minutes each night. @param changed another value at a time */
function pageDays(changed: (timeMs: number, usual: number) => number = (_, usual) => usual): number[] {
  const detector = new SeriesDetector({ ...plainRule, floor: 5 });
  return noise((21 * dayMs) / stepMs).flatMap((each, index) => {
    const timeMs = mondayMs + index * stepMs;
    const ofDayMs = timeMs % dayMs;
    const isJob = ofDayMs >= 2 * hourMs && ofDayMs < 2 * hourMs + 12 * minuteMs;
    const { page } = detector.next(timeMs, changed(timeMs, 100 + each + (isJob ? 60 : 0)));
    return page ? [Math.floor((timeMs - mondayMs) / dayMs)] : [];
  });
}

describe('a nightly job of some minutes', () => {
  it('pages in the first nights alone', () => {
    const days = pageDays();
    expect(days.length).toBeGreaterThan(0);
    expect(Math.max(...days)).toBeLessThan(4);
  });

  it('hides neither a rise that is far larger, nor the same rise at another time', () => {
    const at = (day: number, ofDayMs: number) => mondayMs + day * dayMs + ofDayMs;
    const during = (timeMs: number, fromMs: number) => timeMs >= fromMs && timeMs < fromMs + 12 * minuteMs;
    const days = pageDays((timeMs, usual) => {
      if (during(timeMs, at(12, 2 * hourMs))) return usual + 150;
      if (during(timeMs, at(15, 14 * hourMs))) return usual + 60;
      return usual;
    });
    expect(days.filter((day) => day > 3)).toEqual([12, 15]);
  });
});
