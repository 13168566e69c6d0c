import type { MiddlewareObj } from '@middy/core';
import type { Telemetry } from '../ports/telemetry.ts';

/**
 * Returns a middleware that begins and ends the telemetry of an invocation, successful or not. It must be the first of a
 * handler's middlewares: middy runs the `after` and `onError` of the first one last, when all is counted.
 */
export function invocationTelemetry(telemetry: Telemetry): MiddlewareObj<unknown, unknown, Error> {
  const flush = (): void => telemetry.flush?.();
  return {
    before: ({ context }) => telemetry.begin?.(context),
    after: flush,
    onError: flush,
  };
}
