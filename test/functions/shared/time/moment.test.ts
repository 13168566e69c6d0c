import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latestDateMs } from '../../../../functions/shared/domain/sample.ts';
import { lacksZone, parseMoment } from '../../../../functions/shared/time/moment.ts';

const nowMs = Date.parse('2026-11-23T15:00:00Z');
const read = (text: string): number | undefined => parseMoment(text)?.atMs(nowMs);

describe('a time that a person writes', () => {
  it.each([
    ['2026-11-23', Date.parse('2026-11-23T00:00:00Z')],
    ['2026-11-23T15:00', nowMs],
    ['2026-11-23T15:00:00.250', nowMs + 250],
    ['2026-11-23T16:00+01:00', nowMs],
    ['1795446000000', 1_795_446_000_000],
    ['0', 0],
    ['now', nowMs],
    ['-1h', nowMs - 3_600_000],
    ['now-15m', nowMs - 900_000],
    ['-90s', nowMs - 90_000],
    ['-1.5d', nowMs - 129_600_000],
    ['+2h', nowMs + 7_200_000],
    ['-99999999d', 0],
  ])('is read in UTC, as ms, or relative to the clock: %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    '',
    '-1',
    'yesterday',
    '1h',
    '-',
    'now-',
    'now 1h',
    '-1w',
    '--1h',
    '2026-13-01',
    '2026-02-30T22:00Z',
    '9e99',
    '99999999999999999',
    ' now',
    '-1h ',
  ])('is refused as %j', (text) => {
    expect(read(text)).toBeUndefined();
  });

  it('is a date that exists for any text', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.stringMatching(/^(now)?[-+]\d{1,30}(ms|s|m|h|d)$/),
      fc.stringMatching(/^\d{1,20}$/),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const ms = read(text);
        expect(ms === undefined || (Number.isSafeInteger(ms) && ms >= 0 && ms <= latestDateMs)).toBe(true);
      }),
    );
  });

  it('lacks its zone only if it is a time of day without one', () => {
    expect(
      ['2026-11-23T15:00', '2026-11-23T15:00Z', '2026-11-23T15:00-01:00', '2026-11-23', 'now'].map(lacksZone),
    ).toEqual([true, false, false, false, false]);
  });
});
