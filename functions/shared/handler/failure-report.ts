import type { MiddlewareObj } from '@middy/core';
import { PipelineError } from '../domain/errors.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/** Logs and counts what a handler throws, by the error's code, and lets it through so that Lambda tries again. */
export function failureReport(stage: string, telemetry: Telemetry): MiddlewareObj<unknown, unknown, Error> {
  return {
    onError({ error }) {
      const reason = error instanceof PipelineError ? error.code : 'UNEXPECTED';
      telemetry.count('failures', 1, { stage, reason });
      telemetry.error(`${stage} failed`, { stage, reason, message: error?.message, stack: error?.stack });
    },
  };
}
