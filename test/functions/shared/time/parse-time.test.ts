import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { parseTime } from '../../../../functions/shared/time/parse-time.ts';

const at = Date.UTC(2026, 10, 23, 15, 20, 50);

describe('the time that a shipper states', () => {
  it.each([
    ['RFC 3339', '2026-11-23T15:20:50Z', at],
    ['lower case', '2026-11-23t15:20:50z', at],
    ['a space', '2026-11-23 15:20:50Z', at],
    ['a space before the zone', '2026-11-23 15:20:50 +0000', at],
    ['no zone', '2026-11-23T15:20:50', at],
    ['no seconds', '2026-11-23T15:20Z', at - 50_000],
    ['ms', '2026-11-23T15:20:50.007Z', at + 7],
    ['a tenth', '2026-11-23T15:20:50.5Z', at + 500],
    ['a comma', '2026-11-23T15:20:50,123Z', at + 123],
    ['µs', '2026-11-23T15:20:50.123999Z', at + 123],
    ['ns', '2026-11-23T15:20:50.000999999Z', at],
    ['a longer fraction', `2026-11-23T15:20:50.${'123'.repeat(20)}Z`, at + 123],
    ['an offset', '2026-11-23T20:50:50+05:30', at],
    ['an offset over midnight', '2026-11-24T00:20:50+0900', at],
    ['an offset of hours', '2026-11-23T10:20:50-05', at],
    ['the offset -00:00', '2026-11-23T15:20:50-00:00', at],
    ['the name UTC', '2026-11-23 15:20:50 UTC', at],
    // After elastic/logstash#9885: Go's time.Time as text.
    ['an offset and its name', '2026-11-23 15:20:50.376937979 +0000 UTC', at + 376],
    ['an offset, its name and the monotonic clock', '2026-11-23 16:20:50.5 +0100 CET m=+12.25', at + 500],
    ['a leap day', '2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
    ['the first year', '0001-01-01T00:00:00Z', -62_135_596_800_000],
    ['seconds', at / 1_000, at],
    ['seconds with a fraction', at / 1_000 + 0.123, at + 123],
    ['ms as a number', at + 7, at + 7],
    ['µs as a number', at * 1e3 + 7_200, at + 7],
    ['ns as a number', at * 1e6, at],
    ['seconds as text', String(at / 1_000), at],
    ['seconds as text with a fraction', `${at / 1_000}.25`, at + 250],
    ['ms as text', String(at), at],
    ['µs as text', `${at}007`, at],
    ['ns as text', `${at}123456`, at],
    ['the first second', 1e8, Date.UTC(1973, 2, 3, 9, 46, 40)],
    ['the first ms', 1e11, Date.UTC(1973, 2, 3, 9, 46, 40)],
    ['the last ms', 1e14 - 1, Date.UTC(5138, 10, 16, 9, 46, 40) - 1],
  ])('is read as %s: %s', (_what, value, timeMs) => {
    expect(parseTime(value)).toBe(timeMs);
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-11-23T24:00:00Z',
    '2026-11-23T15:60:00Z',
    '2026-12-31T23:59:60Z',
    '2026-11-23T15:20:50+24:00',
    '2026-11-23T15:20:50+01:60',
    '2026-11-23T15:20:50.Z',
    '2026-11-23T15:20:50.5.5Z',
    '2026-11-23',
    '2026-11-23T15Z',
    '2026-11-23T15:20:50 Europe/Berlin',
    '2026-11-23T15:20:50 CET',
    '2026-11-23 15:20:50 m=+12.25',
    'Mon, 23 Nov 2026 15:20:50 GMT',
    'Nov 23 15:20:50',
    '-1',
    '1',
    '1.7e9',
    '20261123',
    '',
    'now',
    `2026-11-23T15:20:50.${'1'.repeat(200)}Z`,
    '9'.repeat(21),
    1e8 - 1,
    1e20,
    0,
    -1_795_447_250,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    null,
    undefined,
    {},
    [1_795_447_250_000],
    new Date(0),
  ])('is not guessed: %j', (value) => {
    expect(parseTime(value)).toBeUndefined();
  });

  const moments = fc.integer({ min: 1e11, max: 1e14 - 1 });
  const fractions = fc.stringMatching(/^\d{0,12}$/);
  const offsets = fc.integer({ min: -(23 * 60 + 59), max: 23 * 60 + 59 });

  it('every moment is the same in every shape', () => {
    fc.assert(
      fc.property(moments, fractions, offsets, (momentMs, finer, minutes) => {
        const [date, time] = new Date(momentMs + minutes * 60_000).toISOString().slice(0, -1).split('T') as [
          string,
          string,
        ];
        const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
        const two = (part: number): string => String(part).padStart(2, '0');
        const sign = minutes < 0 ? '-' : '+';
        for (const zone of [`${sign}${two(hours)}:${two(rest)}`, `${sign}${two(hours)}${two(rest)}`]) {
          for (const letter of ['T', 't', ' ']) {
            const text = `${date}${letter}${time}${finer}${zone}`;
            // A year after 9999 has other digits, and is no RFC 3339.
            if (date.length === 10) expect(parseTime(text), text).toBe(momentMs);
            if (date.length === 10) expect(parseTime(text.replace('.', ',')), text).toBe(momentMs);
          }
        }
        expect(parseTime(momentMs)).toBe(momentMs);
        expect(parseTime(momentMs / 1_000)).toBe(momentMs);
        expect(parseTime(momentMs * 1_000)).toBe(momentMs);
        expect(parseTime(`${momentMs}`)).toBe(momentMs);
        expect(parseTime(`${momentMs}000000`)).toBe(momentMs);
      }),
      { numRuns: 1_000 },
    );
  });

  it('any text is a moment that RFC 3339 can write, or none', () => {
    const pieces = fc.constantFrom(
      '2026',
      '-11-23',
      'T',
      '15:20',
      ':50',
      '.5',
      ',',
      'Z',
      '+01:00',
      ' ',
      '0',
      '9'.repeat(9),
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 8 }).map((some) => some.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const timeMs = parseTime(text);
        if (timeMs === undefined) return;
        expect(Number.isSafeInteger(timeMs)).toBe(true);
        expect(parseTime(new Date(timeMs).toISOString())).toBe(timeMs);
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not depend on the zone of the process', () => {
    for (const zone of ['UTC', 'America/New_York', 'Asia/Tokyo']) {
      vi.stubEnv('TZ', zone);
      expect(parseTime('2026-11-23T15:20:50')).toBe(at);
      expect(parseTime('2026-03-08T02:30:00')).toBe(Date.UTC(2026, 2, 8, 2, 30));
    }
    vi.unstubAllEnvs();
  });
});
