import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import { FencedError, UsageError } from '../../../../functions/shared/domain/errors.ts';
import { failureReport } from '../../../../functions/shared/handler/failure-report.ts';
import { silentTelemetry, type Telemetry } from '../../../../functions/shared/ports/telemetry.ts';
import { lambdaContext } from '../../../support/lambda-context.ts';

/** Invokes a function that fails. @returns its error, and the calls of its telemetry */
async function report(failure: unknown) {
  const calls: unknown[][] = [];
  const telemetry: Telemetry = {
    ...silentTelemetry,
    count: (...args) => void calls.push(['count', ...args]),
    error: (...args) => void calls.push(['error', ...args]),
  };
  const handler = middy(async () => {
    throw failure;
  }).use(failureReport('detect', telemetry));
  const rejected = await handler({}, lambdaContext()).catch((error: unknown) => error);
  return { rejected, calls };
}

describe('a failure', () => {
  it('a failure is counted by the code of its error, logged, and passed on, so that Lambda retries', async () => {
    const failure = new FencedError('another writer won');
    const { rejected, calls } = await report(failure);
    expect(rejected).toBe(failure);
    const details = { stage: 'detect', reason: 'FENCED', message: 'another writer won', stack: failure.stack };
    expect(calls).toEqual([
      ['count', 'failures', 1, { stage: 'detect', reason: 'FENCED' }],
      ['error', 'detect failed', details],
    ]);
  });

  it.each([
    [new UsageError('wrong'), 'USAGE'],
    [new TypeError('a defect'), 'UNEXPECTED'],
    [Object.assign(new Error('denied'), { code: 'AccessDenied' }), 'UNEXPECTED'],
  ])('a failure of %s is counted as %s, from a closed list of reasons', async (failure, reason) => {
    const { rejected, calls } = await report(failure);
    expect(rejected).toBe(failure);
    expect(calls[0]).toEqual(['count', 'failures', 1, { stage: 'detect', reason }]);
  });

  it('no failure is counted for an invocation that succeeds', async () => {
    const telemetry: Telemetry = {
      ...silentTelemetry,
      count: () => expect.unreachable(),
      error: () => expect.unreachable(),
    };
    const handler = middy(async () => 'done').use(failureReport('detect', telemetry));
    expect(await handler({}, lambdaContext())).toBe('done');
  });
});
