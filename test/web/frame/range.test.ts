import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayByKey, monthCells, monthsLater } from '../../../web/frame/range/calendar.ts';
import { momentOfEnd, movedRange, readEnd, relative, scaledRange, spanOf } from '../../../web/frame/range/span.ts';

const nowMs = Date.UTC(2026, 10, 23, 15, 29, 50);
const dayMs = 86_400_000;
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);

describe('an end of a range that a person types', () => {
  it.each([
    ['now', 'now'],
    [' -1h ', '-1h'],
    ['now-15m', '-15m'],
    ['2026-11-23 15:00', String(Date.UTC(2026, 10, 23, 15))],
    ['2026-11-23 15:00:05', String(Date.UTC(2026, 10, 23, 15, 0, 5))],
    ['2026-11-22', String(Date.UTC(2026, 10, 22))],
    ['15:00', String(Date.UTC(2026, 10, 23, 15))],
    ['9:05', String(Date.UTC(2026, 10, 23, 9, 5))],
    ['2026-11-23T15:00:00+01:00', String(Date.UTC(2026, 10, 23, 14))],
  ])('%s is %s', (typed, end) => expect(readEnd(typed, 'utc', nowMs)).toBe(end));

  it.each(['', 'yesterday', '25:99', '2026-13-01', '-1', '12', 'now-'])('%s is none', (typed) => {
    expect(readEnd(typed, 'utc', nowMs)).toBeUndefined();
  });

  it('never throws, and is read as the moment that it is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (typed) => {
        const end = readEnd(typed, 'utc', nowMs);
        if (end !== undefined) expect(momentOfEnd(end, nowMs)).toBeTypeOf('number');
      }),
    );
  });
});

describe('a range', () => {
  it('is that of its two ends, and the last 15 minutes where they cannot be read', () => {
    expect(spanOf({ from: '-1h', to: 'now' }, nowMs)).toEqual({ fromMs: nowMs - 3_600_000, toMs: nowMs });
    expect(spanOf({ from: 'nonsense', to: 'now' }, nowMs).fromMs).toBe(nowMs - 900_000);
  });

  it('moves by its own length, and with the data again where it would end in the future', () => {
    const earlier = movedRange({ from: '-15m', to: 'now' }, -1, nowMs);
    expect(earlier).toEqual({ from: String(nowMs - 1_800_000), to: String(nowMs - 900_000) });
    expect(movedRange(earlier, 1, nowMs)).toEqual({ from: '-15m', to: 'now' });
  });

  it('becomes narrower and wider by a half', () => {
    expect(scaledRange({ from: '-1h', to: 'now' }, 0.5, nowMs)).toEqual({ from: '-30m', to: 'now' });
    const fixed = { from: String(nowMs - 4_000_000), to: String(nowMs - 2_000_000) };
    expect(scaledRange(fixed, 0.5, nowMs)).toEqual({ from: String(nowMs - 3_500_000), to: String(nowMs - 2_500_000) });
    expect(scaledRange({ from: '-1m', to: 'now' }, 0.5, nowMs)).toEqual({ from: '-1m', to: 'now' });
  });

  it('before now is told in its largest whole unit', () => {
    expect([90_000, 60_000, 3_600_000, 7 * dayMs].map(relative)).toEqual(['-90s', '-1m', '-1h', '-7d']);
  });
});

describe('the calendar', () => {
  it('has whole weeks from Monday, with the days of the months around it', () => {
    const cells = monthCells(day('2026-11-23'));
    expect(cells).toHaveLength(42);
    expect(cells[0]).toEqual({ day: day('2026-10-26'), isOut: true });
    expect(cells.filter(({ isOut }) => !isOut)).toHaveLength(30);
  });

  it('has every day of its month once, whatever the month', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), (count) => {
        const some = count * dayMs;
        const cells = monthCells(some);
        expect(cells.length % 7).toBe(0);
        expect(new Date(cells[0]!.day).getUTCDay()).toBe(1);
        expect(cells.filter((cell) => cell.day === some && !cell.isOut)).toHaveLength(1);
      }),
    );
  });

  it.each([
    ['ArrowLeft', '2026-11-22'],
    ['ArrowUp', '2026-11-16'],
    ['Home', '2026-11-23'],
    ['PageUp', '2026-10-23'],
    ['ArrowDown', '2026-11-25'],
    ['End', '2026-11-25'],
  ])('%s leads to %s, and no key to a day to come', (key, to) => {
    expect(dayByKey(day('2026-11-23'), key, day('2026-11-25'))).toBe(day(to));
  });

  it('goes from the last of a month to the last of a shorter one', () => {
    expect(monthsLater(day('2026-03-31'), -1)).toBe(day('2026-02-28'));
    expect(dayByKey(day('2026-11-23'), 'x', day('2026-11-25'))).toBeUndefined();
  });
});

it('a length is written in the units of the API, which has no weeks', () => {
  expect(readEnd('-7d', 'utc', 0)).toBe('-7d');
  expect(readEnd('-1w', 'utc', 0)).toBeUndefined();
});
