import type { MiddlewareObj } from '@middy/core';
import type { Telemetry } from '../ports/telemetry.ts';

/**
 * Tells the telemetry where an invocation begins and, however it ends, where it ends. Belongs first among a handler's
 * middlewares: middy runs the first one's `after` and `onError` last, when everything is counted.
 */
export function invocationTelemetry(telemetry: Telemetry): MiddlewareObj<unknown, unknown, Error> {
  const flush = (): void => telemetry.flush?.();
  return {
    before: ({ context }) => telemetry.begin?.(context),
    after: flush,
    onError: flush,
  };
}
