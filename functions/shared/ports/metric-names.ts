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
  collections_missed: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type MetricName = keyof typeof metrics;

/** The gauges, with their dimensions. Each is an age in seconds. `docs/metrics.md` explains them. */
export const gauges = {
  stage_age_seconds: ['stage'],
  pending_age_seconds: [],
  canary_age_seconds: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type GaugeName = keyof typeof gauges;

/** A value for each dimension of a gauge. */
export type GaugeDimensions<Name extends GaugeName> = Readonly<Record<(typeof gauges)[Name][number], string>>;
