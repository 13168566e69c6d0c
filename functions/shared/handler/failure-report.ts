import type { MiddlewareObj } from '@middy/core';
import { PipelineError } from '../domain/errors.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/**
 * Returns a middleware that logs each error of a handler, counts it by its code, and passes it on, so that Lambda
 * retries.
 */
export function failureReport(stage: string, telemetry: Telemetry): MiddlewareObj<unknown, unknown, Error> {
  return {
    onError({ error }) {
      const reason = error instanceof PipelineError ? error.code : 'UNEXPECTED';
      telemetry.count('failures', 1, { stage, reason });
      telemetry.error(`${stage} failed`, { stage, reason, message: error?.message, stack: error?.stack });
    },
  };
}
