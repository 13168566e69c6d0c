import type { Context } from 'aws-lambda';

/**
 * The counters, with their dimensions. `docs/metrics.md` explains each of them and what to do when it rises; a test
 * compares the two lists.
 */
export const metrics = {
  documents_repeated: ['identity'],
  documents_refused: ['status'],
  bulk_requests_refused: ['status'],
  documents_read: [],
  samples_made: [],
  fields_skipped: ['reason'],
  dead_letters: ['stage', 'reason'],
  failures: ['stage', 'reason'],
  records_counted_before: ['stage'],
  records_duplicate: ['stage'],
  records_failed: ['stage'],
  ignored: ['stage', 'reason'],
  records_lost_by_broker: ['stage'],
  effects_refused: ['stage'],
  transactions_recovered: ['stage'],
  pending_too_old: [],
  documents_written: [],
  published: ['outcome'],
  deliveries: ['receiver', 'outcome'],
  messages_refused: ['reason'],
  given_up: ['receiver'],
  attempts_lost: ['reason'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type MetricName = keyof typeof metrics;

/** The gauges, with their dimensions. Each is an age in seconds. `docs/metrics.md` explains them. */
export const gauges = {
  stage_age_seconds: ['stage'],
  pending_age_seconds: [],
  canary_age_seconds: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type GaugeName = keyof typeof gauges;

/** A value for each dimension of a counter. */
export type Dimensions<Name extends MetricName> = Readonly<Record<(typeof metrics)[Name][number], string>>;

/** A value for each dimension of a gauge. */
export type GaugeDimensions<Name extends GaugeName> = Readonly<Record<(typeof gauges)[Name][number], string>>;

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
