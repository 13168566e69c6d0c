import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  backoffMs,
  lookAgainMs,
  parseRetryAfter,
  retryAfterMsMax,
  retryScheduleMs,
} from '../../../functions/notify/backoff.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** From [0, 1), as `Math.random` gives it. */
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the schedule', () => {
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md has 14 h, 20 h and 24 h
  // at the end; SQS hides a message for at most 12 h, counted from its receipt.
  it('is that of Standard Webhooks as far as SQS can wait', () => {
    const most = 11.75 * hour;
    expect(retryScheduleMs).toEqual([
      5 * second,
      5 * minute,
      30 * minute,
      2 * hour,
      5 * hour,
      10 * hour,
      most,
      most,
      most,
    ]);
  });

  it('spans more than two days, and less than the four that a queue keeps its messages', () => {
    const sum = retryScheduleMs.reduce((a, b) => a + b);
    expect(sum).toBeGreaterThan(48 * hour);
    // Default of MessageRetentionPeriod: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
    expect(sum).toBeLessThan(96 * hour);
  });
});

describe('the wait before the next try', () => {
  it('lies anywhere between nothing and the scheduled wait', () => {
    for (const [index, scheduledMs] of retryScheduleMs.entries()) {
      expect(backoffMs(index + 1, 0)).toBe(0);
      expect(backoffMs(index + 1, 0.25)).toBe(scheduledMs / 4);
      fc.assert(
        fc.property(random, (share) => {
          expect(backoffMs(index + 1, share)).toBeGreaterThanOrEqual(0);
          expect(backoffMs(index + 1, share)).toBeLessThanOrEqual(scheduledMs);
        }),
      );
    }
  });

  it('is none when it has been tried ten times', () => {
    expect(backoffMs(9, 0.5)).toBeDefined();
    expect(backoffMs(10, 0.5)).toBeUndefined();
    expect(backoffMs(10, 0.5, minute)).toBeUndefined();
    expect(backoffMs(1_000, 0.5)).toBeUndefined();
  });

  it('is never shorter than the receiver asked for, up to an hour', () => {
    expect(backoffMs(1, 0, 30 * second)).toBe(30 * second);
    expect(backoffMs(3, 0.999, 30 * second)).toBeGreaterThan(29 * minute);
    expect(backoffMs(1, 0, 24 * hour)).toBe(retryAfterMsMax);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), random, fc.nat(2 * hour), (tries, share, askedMs) => {
        expect(backoffMs(tries, share, askedMs)).toBeGreaterThanOrEqual(Math.min(askedMs, hour));
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
  ])('of %j seconds is a wait of %d ms', (text, waitMs) => {
    expect(parseRetryAfter(text, dateMs)).toBe(waitMs);
  });

  it('may be a date; one that is over is no wait', () => {
    expect(parseRetryAfter(date, dateMs - 90 * second)).toBe(90 * second);
    expect(parseRetryAfter('Sunday, 06-Nov-94 08:49:37 GMT', dateMs - 1)).toBe(1);
    expect(parseRetryAfter(date, dateMs)).toBe(0);
    expect(parseRetryAfter(date, dateMs + hour)).toBe(0);
  });

  it.each([undefined, '', 'soon', '-5', '1.5', '5s', '1e9', '2026-11-23', 'Someday, 99 Foo 2026', '0x10'])(
    '%j says nothing',
    (text) => {
      expect(parseRetryAfter(text, 0)).toBeUndefined();
    },
  );

  it('of any text is nothing or a whole wait that is not negative', () => {
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

describe('looking again at what somebody else holds', () => {
  it('happens after 15 s, then twice as late with each receipt, at least once an hour', () => {
    expect([1, 2, 3, 4].map(lookAgainMs)).toEqual([15 * second, 30 * second, minute, 2 * minute]);
    expect([8, 9, 10, 1_000].map(lookAgainMs)).toEqual([32 * minute, hour, hour, hour]);
  });

  it('outlasts the longest wait within the 20 receipts after which the queue itself puts a message aside', () => {
    const receipts = Array.from({ length: 20 }, (_, index) => index + 1);
    const sum = receipts.reduce((waitedMs, receiveCount) => waitedMs + lookAgainMs(receiveCount), 0);
    expect(sum).toBeGreaterThan(Math.max(...retryScheduleMs));
  });
});
