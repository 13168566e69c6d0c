import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { timeTicks } from '../../../web/charts/scale.ts';
import { clockText, dayText, isZoneApart, momentOf } from '../../../web/format/moment.ts';
import { dayStart } from '../../../web/frame/range/span.ts';

const hourMs = 3_600_000;

afterEach(() => vi.unstubAllEnvs());

describe('in Santiago, where a day of September begins at 01:00', () => {
  beforeEach(() => void vi.stubEnv('TZ', 'America/Santiago'));

  it('that day begins at its first moment', () => {
    const noonMs = Date.UTC(2026, 8, 6, 15);
    const startMs = dayStart(noonMs, 'local');
    expect(startMs).toBe(Date.UTC(2026, 8, 6, 4));
    expect([dayText(startMs, 'local'), clockText(startMs, 'local')]).toEqual(['6 Sep', '01:00:00']);
  });

  it('the axis marks the beginning of each day', () => {
    const range = { fromMs: Date.UTC(2026, 8, 4, 4), toMs: Date.UTC(2026, 8, 9, 3) };
    const marks = timeTicks(range, 600, 'local').map(({ timeMs, text }) => `${text} ${clockText(timeMs, 'local')}`);
    expect(marks).toEqual([
      '4 Sep 00:00:00',
      '5 Sep 00:00:00',
      '6 Sep 01:00:00',
      '7 Sep 00:00:00',
      '8 Sep 00:00:00',
      '9 Sep 00:00:00',
    ]);
  });
});

describe('in London', () => {
  beforeEach(() => void vi.stubEnv('TZ', 'Europe/London'));

  it('the axis has round times before and after summer time ends', () => {
    const range = { fromMs: Date.UTC(2026, 9, 24, 17), toMs: Date.UTC(2026, 9, 25, 18) };
    const texts = timeTicks(range, 600, 'local').map(({ text }) => text);
    expect(texts).toEqual(['18:00', '25 Oct', '06:00', '12:00', '18:00']);
  });

  it('the axis has no time that summer time leaves out, and both of those that it repeats', () => {
    const spring = { fromMs: Date.UTC(2026, 2, 29, 0), toMs: Date.UTC(2026, 2, 29, 3) };
    expect(timeTicks(spring, 600, 'local').map(({ text }) => text)).toEqual([
      '00:00',
      '00:30',
      '02:00',
      '02:30',
      '03:00',
      '03:30',
      '04:00',
    ]);
    const autumn = { fromMs: Date.UTC(2026, 9, 25, 0), toMs: Date.UTC(2026, 9, 25, 2) };
    expect(timeTicks(autumn, 600, 'local').map(({ text }) => text)).toEqual([
      '01:00',
      '01:15',
      '01:30',
      '01:45',
      '01:00',
      '01:15',
      '01:30',
      '01:45',
      '02:00',
    ]);
  });

  it('a time that is repeated is the first of the two', () => {
    expect(momentOf('local', Date.UTC(2026, 9, 25, 1, 30))).toBe(Date.UTC(2026, 9, 25, 0, 30));
  });

  it('the zone of the machine is offered for a range of the summer, in winter too', () => {
    const winterMs = Date.UTC(2026, 11, 1);
    expect(isZoneApart([winterMs])).toBe(false);
    expect(isZoneApart([winterMs, Date.UTC(2026, 6, 1), Date.UTC(2026, 6, 1) + hourMs])).toBe(true);
  });
});
