import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agoText, durationText } from '../../../web/format/duration.ts';
import { bothZonesText, clockText, dayText, fieldText, momentOf, momentText } from '../../../web/format/moment.ts';

const noon = Date.UTC(2026, 10, 23, 12);
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('a duration', () => {
  it.each([
    [70_000, '1 min 10 s'],
    [76 * 3_600_000, '3 d 4 h'],
    [27 * 60_000, '27 min'],
    [0, '0 s'],
    [-5, '0 s'],
    [59_900, '1 min'],
    [3_599_900, '1 h'],
  ])('of %d ms is %s', (ms, text) => expect(plain(durationText(ms))).toBe(text));

  it('is off by at most half of its smaller unit', () => {
    const sizes: Record<string, number> = { d: 86_400_000, h: 3_600_000, min: 60_000, s: 1_000 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9e10 }), (ms) => {
        const pairs = plain(durationText(ms)).match(/\d+ [a-z]+/g)!;
        const shownMs = pairs.reduce((sum, pair) => sum + Number(pair.split(' ')[0]) * sizes[pair.split(' ')[1]!]!, 0);
        const largest = Math.max(...pairs.map((pair) => sizes[pair.split(' ')[1]!]!));
        expect(Math.abs(shownMs - ms)).toBeLessThanOrEqual(largest / 2);
      }),
    );
  });
});

describe('how long ago', () => {
  it.each([
    [noon - 70_000, '70 s ago'],
    [noon - 3 * 3_600_000, '3 h ago'],
    [noon - 400, 'just now'],
    [noon + 120_000, 'in 2 min'],
  ])('%d is %s', (ms, text) => expect(plain(agoText(ms, noon))).toBe(text));
});

describe('a moment', () => {
  it('of today has no date, and one of another day or year has', () => {
    expect(momentText(noon - 60_000, 'utc', noon)).toBe('11:59:00');
    expect(momentText(noon - 86_400_000, 'utc', noon)).toBe('22 Nov 12:00:00');
    expect(dayText(Date.UTC(2025, 0, 2), 'utc', noon)).toBe('2 Jan 2025');
    expect(clockText(noon, 'utc', 'minutes')).toBe('12:00');
  });

  it('is shown in UTC with its zone, whatever the zone of the machine', () => {
    expect(bothZonesText(noon)).toMatch(/^2026-11-23 12:00:00 UTC/);
  });

  it('is the one that its own fields name, in each zone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.constantFrom('utc' as const, 'local' as const), (ms, zone) => {
        const fields = Date.parse(`${fieldText(ms, zone).replace(' ', 'T')}Z`);
        expect(fieldText(momentOf(zone, fields), zone)).toBe(fieldText(ms, zone));
      }),
    );
  });
});
