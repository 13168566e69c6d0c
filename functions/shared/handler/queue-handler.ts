import middy, { type MiddyHandlerObject } from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Telemetry } from '../ports/telemetry.ts';
import { failureReport } from './failure-report.ts';
import { invocationTelemetry } from './invocation-telemetry.ts';

/**
 * What Lambda calls for a batch of SQS messages. What the answer names comes again, all else is removed; rejecting
 * hands in all of it again.
 */
export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** What an invocation knows of its own limits. */
export interface Invocation {
  remainingMs(): number;
  /** Aborts shortly before Lambda's time limit. */
  readonly signal: AbortSignal;
}

/**
 * The shell of a stage that reads a queue.
 * @param run returns the ids of the messages that are to come again
 */
export function queueHandler(
  stage: string,
  telemetry: Telemetry,
  run: (messages: readonly SQSRecord[], invocation: Invocation) => Promise<readonly string[]>,
): QueueHandler {
  const body = async (event: SQSEvent, context: Context, { signal }: MiddyHandlerObject): Promise<SQSBatchResponse> => {
    const failed = await run(event.Records, { remainingMs: () => context.getRemainingTimeInMillis(), signal });
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
  return middy(body).use(invocationTelemetry(telemetry)).use(failureReport(stage, telemetry));
}
