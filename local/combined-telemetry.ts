import type { Telemetry } from '../functions/shared/ports/telemetry.ts';

/** Returns a telemetry that passes every call on to all of the given ones, in their order. */
export function combineTelemetry(...all: readonly Telemetry[]): Required<Telemetry> {
  return {
    count(metric, by, dimensions) {
      for (const telemetry of all) telemetry.count(metric, by, dimensions);
    },
    gauge(metric, seconds, dimensions) {
      for (const telemetry of all) telemetry.gauge(metric, seconds, dimensions);
    },
    info(message, details) {
      for (const telemetry of all) telemetry.info(message, details);
    },
    warn(message, details) {
      for (const telemetry of all) telemetry.warn(message, details);
    },
    error(message, details) {
      for (const telemetry of all) telemetry.error(message, details);
    },
    begin(context) {
      for (const telemetry of all) telemetry.begin?.(context);
    },
    flush() {
      for (const telemetry of all) telemetry.flush?.();
    },
  };
}
