import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import type { Clock } from '../../functions/shared/ports/clock.ts';

/**
 * The context that Lambda would hand to a function.
 * @param timeoutMs the function's time-out; from then on no time remains
 */
export function lambdaContext(functionName: string, timeoutMs: number, clock: Clock): Context {
  const deadlineMs = clock.nowMs() + timeoutMs;
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:embedded:000000000000:function:${functionName}`,
    memoryLimitInMB: '1024',
    awsRequestId: randomUUID(),
    logGroupName: `/embedded/${functionName}`,
    logStreamName: 'embedded',
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - clock.nowMs()),
    done() {},
    fail() {},
    succeed() {},
  };
}
