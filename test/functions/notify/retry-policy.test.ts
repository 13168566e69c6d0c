import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receiptsMax } from '../../../functions/notify/handler.ts';
import { gapMs, parseRetryAfter } from '../../../functions/notify/retry-policy.ts';
import { jittered } from '../../../functions/shared/domain/receiver-record.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The numbers in [0, 1), as `Math.random` returns them. */
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the longest wait before the next try', () => {
  it('the longest wait is two seconds at first, and then the time for which the message has been failing', () => {
    expect([0, 2, 3, 8].map((seconds) => gapMs(seconds * second))).toEqual([2, 2, 3, 8].map((s) => s * second));
  });

  it.each([
    ['30 s in the first quarter of an hour', minute, 15 * minute - 1, 30 * second],
    ['40 s in the first hour', 15 * minute, hour - 1, 40 * second],
    ['5 minutes in the first day', hour, 24 * hour - 1, 5 * minute],
  ])('the longest wait is at most %s', (_, fromMs, toMs, mostMs) => {
    expect([gapMs(fromMs), gapMs(toMs)]).toEqual([mostMs, mostMs]);
  });

  it('there is no further wait after a day', () => {
    expect(gapMs(24 * hour)).toBeUndefined();
  });

  it('a day has fewer attempts than would disturb a receiver, and more than a queue hands out one message', () => {
    let [failingMs, tries] = [0, 0];
    for (let nextMs: number | undefined = 0; nextMs !== undefined; nextMs = gapMs(failingMs)) {
      failingMs += jittered(nextMs, 0.5);
      tries += 1;
    }
    expect(tries).toBeGreaterThan(receiptsMax);
    expect(tries).toBeLessThan(600);
  });
});

describe('jitter', () => {
  it('jitter keeps half of a wait and adds up to the other half', () => {
    expect([0, 0.5, 1].map((random) => jittered(30 * second, random))).toEqual([15_000, 22_500, 30_000]);
    fc.assert(
      fc.property(fc.integer({ min: 2 * second, max: hour }), random, (waitMs, share) => {
        expect(Number.isInteger(jittered(waitMs, share))).toBe(true);
        expect(jittered(waitMs, share)).toBeGreaterThanOrEqual(second);
        expect(jittered(waitMs, share)).toBeLessThanOrEqual(waitMs);
      }),
    );
  });
});

describe('Retry-After', () => {
  // The example of RFC 9110, section 10.2.3, and of its section 5.6.7 on dates.
  const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
  const dateMs = 784_111_777_000;

  it.each([
    ['0', 0],
    ['120', 120 * second],
    [' 120 ', 120 * second],
    ['86400', 24 * hour],
  ])('Retry-After of %j seconds is a wait of %d ms', (text, waitMs) => {
    expect(parseRetryAfter(text, dateMs)).toBe(waitMs);
  });

  it('Retry-After may be a date, and a date in the past is no wait', () => {
    expect(parseRetryAfter(date, dateMs - 90 * second)).toBe(90 * second);
    expect(parseRetryAfter('Sunday, 06-Nov-94 08:49:37 GMT', dateMs - 1)).toBe(1);
    expect(parseRetryAfter(date, dateMs)).toBe(0);
    expect(parseRetryAfter(date, dateMs + hour)).toBe(0);
  });

  it.each([undefined, '', 'soon', '-5', '1.5', '5s', '1e9', '2026-11-23', 'Someday, 99 Foo 2026', '0x10'])(
    '%j is ignored',
    (text) => {
      expect(parseRetryAfter(text, 0)).toBeUndefined();
    },
  );

  it('Retry-After of any text is ignored, or a whole wait that is not negative', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.date({ noInvalidDate: true }).map((d) => d.toUTCString()),
        ),
        (text) => {
          const waitMs = parseRetryAfter(text, dateMs) ?? 0;
          expect(waitMs).toBeGreaterThanOrEqual(0);
          expect(Number.isInteger(waitMs)).toBe(true);
        },
      ),
    );
  });
});
