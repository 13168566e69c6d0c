import fc from 'fast-check';
import { type Alert, alertStatuses, transitions } from '../../functions/shared/domain/alert.ts';
import { type Anomaly, anomalyKinds, anomalyStates, severities } from '../../functions/shared/domain/anomaly.ts';
import { type Attempt, attemptOutcomes, attemptVersion } from '../../functions/shared/domain/attempt.ts';
import { type Entity, entityKinds } from '../../functions/shared/domain/entity.ts';
import { metricKinds, type Sample } from '../../functions/shared/domain/sample.ts';
import type { Series } from '../../functions/shared/domain/series.ts';
import { type SilenceRecord, silenceStates } from '../../functions/shared/domain/silence.ts';
import type { Summary } from '../../functions/shared/domain/summary.ts';

/** Arbitraries of everything that the contracts allow. Some names are ones that Offbeat or JavaScript use. */

const word = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.constantFrom('a', 'a.b', 'offbeat.alert.id', 'labels.x', '@timestamp', 'constructor', 'host.name', 'other.x'),
);
/** The finite numbers without −0, which JSON cannot represent. */
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const timeMs = fc.integer({ min: 0, max: 8.64e15 });
const share = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0);
const revision = fc.integer({ min: 1, max: 1e6 });
/** Texts that can be keys of objects: the contracts exclude an own `__proto__`. */
const key = word.filter((text) => text !== '__proto__');
const record = <T>(value: fc.Arbitrary<T>, minKeys = 0): fc.Arbitrary<Record<string, T>> =>
  fc.dictionary(key, value, { minKeys, maxKeys: 4, noNullPrototype: true });

const metric = fc.oneof(
  word,
  fc.constantFrom('system.cpu.total.norm.pct', 'system.diskio.write.bytes', 'kafka.consumergroup.consumer_lag'),
);

/** Texts that can be keys: the contracts refuse an own `__proto__`. */
const metricName = metric.filter((name) => name !== '__proto__');

export const entities: fc.Arbitrary<Entity> = fc.record({
  cluster: fc.stringMatching(/^[^/\s]{1,20}$/),
  kind: fc.constantFrom(...entityKinds),
  name: word,
});

export const seriesArbitrary: fc.Arbitrary<Series> = fc.record({ entity: entities, metric, dimensions: record(word) });

export const samples: fc.Arbitrary<Sample> = fc.record(
  {
    entity: entities,
    timestampMs: timeMs,
    dataset: word,
    dimensions: record(word),
    measurements: fc.dictionary(metricName, finite, { maxKeys: 5, noNullPrototype: true }),
    units: record(word, 1),
    kinds: record(fc.constantFrom(...metricKinds), 1),
    source: word,
    scope: word,
  },
  { requiredKeys: ['entity', 'timestampMs', 'dataset', 'dimensions', 'measurements', 'source'] },
);

export const summaries: fc.Arbitrary<Summary> = fc.record({
  entity: entities,
  minuteMs: timeMs,
  dataset: word,
  dimensions: record(word),
  metrics: fc.dictionary(
    metricName,
    fc.record(
      {
        avg: finite,
        min: finite,
        max: finite,
        last: finite,
        count: revision,
        expected: finite,
        spread: share,
        score: share,
      },
      { requiredKeys: ['avg', 'min', 'max', 'last', 'count'] },
    ),
    { maxKeys: 4, noNullPrototype: true },
  ),
});

export const anomalies: fc.Arbitrary<Anomaly> = fc.record(
  {
    id: word,
    revision,
    state: fc.constantFrom(...anomalyStates),
    kind: fc.constantFrom(...anomalyKinds),
    series: seriesArbitrary,
    dataset: word,
    startsAtMs: timeMs,
    updatedAtMs: timeMs,
    endsAtMs: timeMs,
    peak: finite,
    expected: finite,
    lower: finite,
    upper: finite,
    unit: word,
    score: share,
    zScore: finite,
    direction: fc.constantFrom('up', 'down'),
    detector: word,
    severity: fc.constantFrom(...severities),
    reason: word,
    closedBecause: word,
    scope: word,
  },
  {
    requiredKeys: [
      'id',
      'revision',
      'state',
      'kind',
      'series',
      'dataset',
      'startsAtMs',
      'updatedAtMs',
      'peak',
      'unit',
      'score',
      'direction',
      'detector',
      'severity',
      'reason',
      'scope',
    ],
  },
);

export const alerts: fc.Arbitrary<Alert> = fc
  .record({
    id: word,
    revision,
    transition: fc.constantFrom(...transitions),
    notify: fc.boolean(),
    status: fc.constantFrom(...alertStatuses),
    severity: fc.constantFrom(...severities),
    title: word,
    headline: word,
    entity: entities,
    startsAtMs: timeMs,
    updatedAtMs: timeMs,
    anomalies: fc.array(word, { minLength: 1, maxLength: 3 }),
    suspects: fc.array(
      fc.record({
        entity: entities,
        anomalyId: word,
        series: seriesArbitrary,
        startsAtMs: timeMs,
        score: share,
        why: word,
      }),
      { maxLength: 3 },
    ),
    labels: record(word),
    annotations: record(word),
    trace: fc.array(
      fc.record(
        { atMs: timeMs, stage: word, reason: word, detail: word },
        { requiredKeys: ['atMs', 'stage', 'reason'] },
      ),
      { maxLength: 3 },
    ),
    scope: word,
    ends: fc.option(timeMs, { nil: undefined }),
  })
  .map(({ ends, ...alert }) => (ends === undefined ? alert : { ...alert, endsAtMs: ends }));

export const silences: fc.Arbitrary<SilenceRecord> = fc.record(
  {
    id: fc.stringMatching(/^[\w.:-]{8,20}$/),
    cluster: fc.stringMatching(/^[a-z]{1,10}$/),
    revision,
    state: fc.constantFrom(...silenceStates),
    by: word,
    note: word,
    matchers: record(word, 1),
    createdAtMs: timeMs,
    startsAtMs: timeMs,
    endsAtMs: timeMs,
    updatedAtMs: timeMs,
    endedBy: word,
    endNote: word,
    scope: word,
  },
  {
    requiredKeys: [
      'id',
      'cluster',
      'revision',
      'state',
      'by',
      'matchers',
      'createdAtMs',
      'startsAtMs',
      'endsAtMs',
      'updatedAtMs',
      'scope',
    ],
  },
);

const id = fc.stringMatching(/^[A-Za-z0-9]{26}$/);

export const attempts: fc.Arbitrary<Attempt> = fc.record(
  {
    schema: fc.constant(attemptVersion),
    deliveryId: id,
    receiver: fc.stringMatching(/^[a-z0-9-]{1,64}$/),
    alertId: id,
    revision,
    transition: fc.constantFrom(...transitions),
    severity: fc.constantFrom(...severities),
    entity: entities,
    scope: word,
    startedAtMs: timeMs,
    durationMs: fc.integer({ min: 0, max: 86_400_000 }),
    outcome: fc.constantFrom(...attemptOutcomes),
    reason: fc.constantFrom('server error', 'time-out', 'status 404', 'gone', 'UNAVAILABLE'),
    status: fc.integer({ min: 100, max: 599 }),
    failingSinceMs: timeMs,
    nextTryMs: timeMs,
  },
  {
    requiredKeys: [
      'schema',
      'deliveryId',
      'receiver',
      'alertId',
      'revision',
      'transition',
      'severity',
      'entity',
      'scope',
      'startedAtMs',
      'durationMs',
      'outcome',
    ],
  },
);
