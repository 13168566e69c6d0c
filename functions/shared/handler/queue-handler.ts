import middy, { type MiddyHandlerObject } from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Telemetry } from '../ports/telemetry.ts';
import { failureReport } from './failure-report.ts';
import { invocationTelemetry } from './invocation-telemetry.ts';

/**
 * A function that Lambda calls with a batch of SQS messages. The messages that its answer names are delivered again, all others are
 * removed. If it rejects, all messages are delivered again.
 */
export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** The time limit of an invocation. */
export interface Invocation {
  /** Returns the ms until Lambda's time limit. */
  remainingMs(): number;
  /** A signal that aborts shortly before Lambda's time limit. */
  readonly signal: AbortSignal;
}

/**
 * Returns the handler of a stage that reads a queue.
 * @param run returns the ids of the messages that must be delivered again
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
