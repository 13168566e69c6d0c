import type middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isRetriable, PipelineError } from '../shared/domain/errors.ts';
import { printableJson } from '../shared/domain/printable.ts';
import { problemDetails, problemType } from '../shared/domain/problem-details.ts';
import type { Telemetry } from '../shared/ports/telemetry.ts';

interface ProblemOptions {
  /** @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default none */
  readonly note?: string | undefined;
}

/** The reason why a request gets no answer, with the HTTP status and the sentence that the client receives. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  /** Headers of the answer, beside its content type. */
  readonly headers: Readonly<Record<string, string>>;
  /** A sentence about what this deployment does not know; absent if that is no reason. */
  readonly note: string | undefined;

  /** @param message names the field, the expected value and the given one, or the remedy */
  constructor(status: number, message: string, { headers = {}, note }: ProblemOptions = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.note = note;
  }
}

/** Returns the answer to a request that has a problem. */
export function problemAnswer({ status, message, headers, note }: Problem): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { 'content-type': problemType, 'cache-control': 'no-store', ...headers },
    body: printableJson(problemDetails(status, message, note)),
  };
}

/**
 * Answers a request that failed. Counts and logs the failures that are not the client's: 503 if another try may
 * succeed, otherwise 500 without a detail.
 */
export function answerProblems(telemetry: Telemetry): middy.MiddlewareObj<unknown, unknown, Error> {
  return {
    onError(request) {
      const { error } = request;
      const problem = problemOf(error);
      if (problem === undefined) report(error, telemetry);
      request.response = problemAnswer(problem ?? problemOfFailure(error));
    },
  };
}

/** @returns `undefined` for a failure that is not the client's */
function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  // An error of the router or of the body parser.
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : Number.NaN;
  return error instanceof Error && Number.isInteger(status) ? new Problem(status, error.message) : undefined;
}

function problemOfFailure(error: unknown): Problem {
  if (isRetriable(error)) return new Problem(503, error.message);
  // Of middy, shortly before the time limit of the function.
  if (error instanceof Error && error.name === 'TimeoutError')
    return new Problem(503, 'the answer was not ready in time; ask for less, or try again when there is less load');
  return new Problem(500, 'failed; the log says why');
}

function report(error: Error | null | undefined, telemetry: Telemetry): void {
  const reason = error instanceof PipelineError ? error.code : 'UNEXPECTED';
  telemetry.count('failures', 1, { stage: 'api', reason });
  telemetry.error('api failed', { reason, message: error?.message, stack: error?.stack });
}
