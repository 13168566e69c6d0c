import { describe, expect, it } from 'vitest';
import { judgeAnswer, judgeError } from '../../../functions/notify/outcome.ts';
import { RequestFailedError, TargetRefusedError } from '../../../functions/shared/adapters/http/errors.ts';
import { UnavailableError, UsageError } from '../../../functions/shared/domain/errors.ts';

const nowMs = Date.parse('2026-11-23T10:00:00Z');

const judge = (status: number, retryAfter?: string) =>
  judgeAnswer({ status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } }, nowMs);

describe('an answer', () => {
  it.each([200, 201, 202, 204, 226, 299])('status %d is a delivery', (status) => {
    expect(judge(status)).toEqual({ kind: 'delivered' });
  });

  it.each([
    [400, 'bad request'],
    [410, 'gone'],
    [413, 'too large'],
    [415, 'unsupported media type'],
    [422, 'not processable'],
  ])('status %d is final, also with a Retry-After: %s', (status, reason) => {
    expect(judge(status)).toEqual({ kind: 'refused', reason });
    expect(judge(status, '5')).toEqual({ kind: 'refused', reason });
  });

  it.each([300, 301, 302, 303, 304, 307, 308])('status %d is not followed, and is tried again', (status) => {
    expect(judge(status)).toEqual({ kind: 'failed', reason: 'redirected' });
  });

  it.each([401, 402, 403, 404, 405, 406, 407, 409, 418, 451, 499])(
    'status %d is tried again, and is named',
    (status) => {
      expect(judge(status)).toEqual({ kind: 'failed', reason: `status ${status}` });
    },
  );

  it.each([
    [408, 'request timed out'],
    [425, 'too early'],
    [429, 'throttled'],
    [500, 'server error'],
    [501, 'server error'],
    [502, 'server error'],
    [503, 'server error'],
    [504, 'server error'],
    [599, 'server error'],
  ])('status %d is tried again: %s', (status, reason) => {
    expect(judge(status)).toEqual({ kind: 'failed', reason });
  });

  it.each([0, 1, 99, 101, 600, 999])('%d is not a status of an answer, and is tried again', (status) => {
    expect(judge(status)).toEqual({ kind: 'failed', reason: 'malformed answer' });
  });

  it.each([429, 503])('the Retry-After of status %d is obeyed', (status) => {
    expect(judge(status, '17')).toMatchObject({ kind: 'failed', retryAfterMs: 17_000 });
    expect(judge(status, 'Mon, 23 Nov 2026 10:00:30 GMT')).toMatchObject({ kind: 'failed', retryAfterMs: 30_000 });
    expect(judge(status, 'soon')).not.toHaveProperty('retryAfterMs');
  });

  it.each([408, 500, 502])('the Retry-After of status %d is ignored', (status) => {
    expect(judge(status, '17')).not.toHaveProperty('retryAfterMs');
  });
});

describe('no answer', () => {
  it.each([
    [new RequestFailedError('time-out', 'x'), 'time-out'],
    [new RequestFailedError('name not resolved', 'x'), 'name not resolved'],
    [new TargetRefusedError('not a public address', 'x'), 'not a public address'],
    [new UsageError('no such secret'), 'secret not usable'],
    [new UnavailableError('secrets are away'), 'secret out of reach'],
    [new TypeError('a defect'), 'unexpected'],
    ['not even an error', 'unexpected'],
    [undefined, 'unexpected'],
  ])('a request without an answer because of %s is tried again, and is named %s', (error, reason) => {
    expect(judgeError(error)).toEqual({ kind: 'failed', reason });
  });
});
