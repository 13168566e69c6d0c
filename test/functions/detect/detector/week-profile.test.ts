import { describe, expect, it } from 'vitest';
import { calms, falsePages } from '../../../../bench/quality/calibration.ts';
import { learnOfDay } from '../../../../functions/detect/detector/day-profile.ts';
import { Detector } from '../../../../functions/detect/detector/detector.ts';
import { plainRule } from '../../../../functions/detect/detector/paging.ts';
import { SeriesDetector } from '../../../../functions/detect/detector/series-detector.ts';
import { newProfile, newState, newWeek } from '../../../../functions/detect/detector/state.ts';
import { isWeekend, learnOfWeek, lookUpWeek, needsWeek } from '../../../../functions/detect/detector/week-profile.ts';
import { dayMs, hourMs, minuteMs } from '../../../../functions/shared/domain/durations.ts';
import { noise } from './streams.ts';

const mondayMs = Date.UTC(2026, 0, 5);
const saturdayMs = mondayMs + 5 * dayMs;
const stepMs = 5 * minuteMs;

/** Returns 100 in the working hours of working days, else 10. */
const officeAt = (timeMs: number): number => {
  const hour = (timeMs % dayMs) / hourMs;
  return !isWeekend(timeMs) && hour >= 8 && hour < 18 ? 100 : 10;
};

/** Returns the times of the pages of four weeks, from the third one on. */
function pagesOfOffice(change: (timeMs: number, usual: number) => number): number[] {
  const detector = new SeriesDetector();
  const jitter = noise((28 * dayMs) / stepMs);
  return jitter.flatMap((each, index) => {
    const timeMs = mondayMs + index * stepMs;
    const { page } = detector.next(timeMs, change(timeMs, officeAt(timeMs)) + each);
    return page && timeMs >= mondayMs + 14 * dayMs ? [timeMs] : [];
  });
}

describe('the week profile', () => {
  it('knows both kinds of days from their common mean', () => {
    const [profile, week] = [newProfile(), newWeek()];
    for (let day = 0; day < 21; day += 1) {
      const timeMs = mondayMs + day * dayMs + 12 * hourMs;
      const level = officeAt(timeMs);
      const weight = learnOfDay(profile, 24, level, 0.1);
      learnOfWeek(week, timeMs, { slot: 24, level, weight, mean: profile.means[24]!, drift: 0 });
    }
    const ofWeek = { isTrusted: false, lower: 0, upper: 0 };
    const noonMs = mondayMs + 21 * dayMs + 12 * hourMs;
    lookUpWeek(week, profile, { slot: 24, timeMs: noonMs }, ofWeek);
    expect(ofWeek.isTrusted).toBe(true);
    expect(ofWeek.lower).toBeCloseTo(100, -1);
    expect(ofWeek.upper).toBeCloseTo(100, -1);
    lookUpWeek(week, profile, { slot: 24, timeMs: noonMs + 5 * dayMs }, ofWeek);
    expect(ofWeek.upper).toBeCloseTo(10, -1);
  });

  it('is not trusted where days of a kind were never seen before that day', () => {
    const [profile, week] = [newProfile(), newWeek()];
    const ofWeek = { isTrusted: true, lower: 0, upper: 0 };
    for (const day of [0, 1, 2, 5]) {
      const timeMs = mondayMs + day * dayMs;
      const weight = learnOfDay(profile, 0, 1, 0.1);
      learnOfWeek(week, timeMs, { slot: 0, level: 1, weight, mean: profile.means[0]!, drift: 0 });
      if (day === 2) lookUpWeek(week, profile, { slot: 0, timeMs: timeMs + dayMs }, ofWeek);
    }
    expect(ofWeek.isTrusted).toBe(true);
    lookUpWeek(week, profile, { slot: 0, timeMs: saturdayMs }, ofWeek);
    expect(ofWeek.isTrusted).toBe(false);
    lookUpWeek(week, profile, { slot: 0, timeMs: saturdayMs + dayMs }, ofWeek);
    expect(ofWeek.isTrusted).toBe(true);
  });

  it('lets a level shift on a working day page once, and neither at the weekend nor on Monday', () => {
    const detector = new SeriesDetector({ ...plainRule, floor: 10, relativeFloor: 0.1 });
    const jitter = noise((14 * dayMs) / 10_000);
    const pages = jitter.filter((each, index) => {
      const timeMs = mondayMs + index * 10_000;
      return detector.next(timeMs, 100 + each + (timeMs > mondayMs + 3.3 * dayMs ? 60 : 0)).page;
    });
    expect(pages).toHaveLength(1);
  });

  it('is needed by series that page, and by no others', () => {
    const profile = newProfile();
    expect(needsWeek({ profile, week: undefined }, true)).toBe(true);
    expect(needsWeek({ profile, week: undefined }, false)).toBe(false);
    expect(needsWeek({ profile: undefined, week: undefined }, true)).toBe(false);
    expect(needsWeek({ profile, week: newWeek() }, true)).toBe(false);
  });

  it('explains working hours from Monday to Friday: at most one page a week after the first one', () => {
    const series = calms.find(({ name }) => name === 'the same, Mon to Fri')!;
    // Without it, 13.8 at 10 s and 2.0 at 60 s (12 series).
    expect(falsePages(series, 10_000, 100_000, 3).aWeekLater).toBeLessThan(1);
    expect(falsePages(series, minuteMs, 50_000, 3).aWeekLater).toBeLessThan(0.5);
  });

  it('does not page for a usual week', () => {
    expect(pagesOfOffice((_, usual) => usual)).toEqual([]);
  });

  it('pages for work on a Sunday', () => {
    const fromMs = mondayMs + 20 * dayMs + 10 * hourMs;
    const isWork = (timeMs: number): boolean => timeMs >= fromMs && timeMs < fromMs + 4 * hourMs;
    const pages = pagesOfOffice((timeMs, usual) => (isWork(timeMs) ? 100 : usual));
    expect(pages[0]! - fromMs).toBeGreaterThanOrEqual(0);
    expect(pages[0]! - fromMs).toBeLessThan(hourMs);
  });

  it('pages for a Monday without work', () => {
    const fromMs = mondayMs + 21 * dayMs;
    const pages = pagesOfOffice((timeMs, usual) => (timeMs >= fromMs && timeMs < fromMs + dayMs ? 10 : usual));
    expect(pages[0]! - fromMs).toBeGreaterThanOrEqual(8 * hourMs);
    expect(pages[0]! - fromMs).toBeLessThan(10 * hourMs);
  });

  it('changes neither score nor alarm', () => {
    const detector = new Detector();
    const [day, week] = [newState(newProfile()), newState(newProfile(), newWeek())];
    for (const [index, each] of noise(20_000).entries()) {
      const timeMs = mondayMs + index * stepMs;
      const value = officeAt(timeMs) + each;
      const { score, alarm } = detector.step(day, timeMs, value, plainRule);
      const other = detector.step(week, timeMs, value, plainRule);
      expect([other.score, other.alarm]).toEqual([score, alarm]);
    }
  });

  it('follows the origin of the series', () => {
    const detector = new Detector();
    const state = newState(newProfile(), newWeek());
    const jitter = noise(12_000);
    // The first value is far from all others, so that the origin moves; it is in the mean of the first slot, and so in
    // the envelopes of the slots beside it.
    for (const [index, each] of jitter.entries()) {
      const timeMs = mondayMs + index * stepMs;
      const { lower, upper, isReady } = detector.step(state, timeMs, index === 0 ? 0 : 1e9 + each);
      const hour = (timeMs % dayMs) / hourMs;
      if (!isReady || index < 9_000 || hour < 2 || hour > 22) continue;
      expect(lower).toBeGreaterThan(1e9 - 5);
      expect(upper).toBeLessThan(1e9 + 5);
    }
  });
});
