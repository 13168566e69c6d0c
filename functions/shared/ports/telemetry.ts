/** Structured logs and metrics of a stage. Never handed a secret or a whole payload. */
export interface Telemetry {
  /** Adds to a counter; names are in the closed list of `docs/metrics.md`. */
  count(metric: string, by?: number, dimensions?: Readonly<Record<string, string>>): void;
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

/** For code under test and for tools that report otherwise. */
export const silentTelemetry: Telemetry = { count() {}, info() {}, warn() {}, error() {} };
