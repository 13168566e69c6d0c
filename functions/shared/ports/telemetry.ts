import type { Context } from 'aws-lambda';
import type { GaugeDimensions, GaugeName, MetricName, metrics } from './metric-names.ts';

export { gauges, metrics } from './metric-names.ts';
export type { GaugeDimensions, GaugeName, MetricName };

/** A value for each dimension of a counter. */
export type Dimensions<Name extends MetricName> = Readonly<Record<(typeof metrics)[Name][number], string>>;

/** The structured logs and metrics of a stage. Callers never pass a secret or a whole payload. */
export interface Telemetry {
  /** Adds to a counter. */
  count<Name extends MetricName>(metric: Name, by?: number, dimensions?: Dimensions<Name>): void;
  /** Sets a gauge. Of several values in one invocation the last one is reported. */
  gauge<Name extends GaugeName>(metric: Name, seconds: number, dimensions?: GaugeDimensions<Name>): void;
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
  /** Begins an invocation. Logs after it contain the id of the invocation. */
  begin?(context: Context): void;
  /** Ends an invocation, successful or not: writes all metrics that were counted. */
  flush?(): void;
}

/** A telemetry that does nothing, for tests and for tools that report in another way. */
export const silentTelemetry: Telemetry = { count() {}, gauge() {}, info() {}, warn() {}, error() {} };
