import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import type { Clock } from '../../functions/shared/ports/clock.ts';

/**
 * Returns the context that Lambda would pass to a function whose invocation begins now.
 * @param timeoutMs milliseconds that the function may run
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
