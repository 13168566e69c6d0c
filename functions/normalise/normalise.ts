import { check } from '../shared/domain/check.ts';
import { clusterSchema } from '../shared/domain/entity.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { matchesGlob } from '../shared/domain/glob.ts';
import { type Lane, laneText, replayLane } from '../shared/domain/lane.ts';
import { byKey } from '../shared/domain/order.ts';
import { liveScope, type Sample, sampleSchema, sampleVersion } from '../shared/domain/sample.ts';
import type { Dimensions } from '../shared/domain/series.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { shown } from '../shared/domain/shown.ts';
import { endVersion, heartbeatVersion, tickVersion } from '../shared/domain/signal.ts';
import { decodeTick, unknownSchema } from '../shared/log/decode.ts';
import { isSample } from '../shared/log/decode-sample.ts';
import type { Layout } from '../shared/log/layout.ts';
import { type Effect, header, type LogRecord } from '../shared/log/record.ts';
import { sampleKey, topics } from '../shared/log/topics.ts';
import type { Draft, SkippedField } from './draft.ts';
import type { IgnoredParts } from './otlp/ignored.ts';
import { givenPositions } from './position.ts';
import { readRecord } from './sources/registry.ts';
import { laneOfBeat, timeForAll } from './ticks.ts';
import { checkReplayed, liveTime } from './timestamp.ts';
import { withEffects } from './with-effects.ts';

/** The result of one record of `beats`. */
export interface Normalised {
  /** The records for `samples`, in order. */
  readonly effects: readonly Effect[];
  /** The fields that were left out although they have a value. */
  readonly skipped: readonly SkippedField[];
  /** @see Read */
  readonly ignored?: IgnoredParts;
  /** The reason of the first sample that was refused beside others that were not, which become no dead letter. */
  readonly firstRefusal?: string;
}

const nothingSkipped: readonly SkippedField[] = [];

/** Returns whether a record of `beats` is a document, and not a heartbeat or the tick or end of a replay. */
export const isDocument = ({ headers }: LogRecord): boolean => headers[header.schema] === undefined;

/**
 * Converts one record of `beats` to records for `samples`:
 *
 * - a document becomes its samples;
 * - a tick or end of a replay becomes one record for each partition;
 * - a heartbeat becomes nothing.
 *
 * Pure: the same record, settings and layout give the same effects.
 * @throws {RefusedRecordError} if the record cannot be read, naming the field, the value and what was expected
 */
export function normalise(record: LogRecord, settings: Settings, layout: Layout): Normalised {
  const schema = record.headers[header.schema];
  if (schema === heartbeatVersion) return heartbeat(record);
  const scope = replayOf(record, settings);
  const { effects, ...counted } = isDocument(record)
    ? samplesOf(record, scope, settings, layout)
    : { effects: passOn(record, scope, layout), skipped: nothingSkipped };
  return { effects: withGivenPositions(effects, record), ...counted };
}

/** @throws {RefusedRecordError} for a heartbeat with content, because it may be a document that would be lost */
function heartbeat({ value }: LogRecord): Normalised {
  if (value === null || value.length === 0) return { effects: [], skipped: nothingSkipped };
  throw new RefusedRecordError('unknown schema', `a heartbeat has no content, got ${value.length} bytes`);
}

function samplesOf(record: LogRecord, scope: string | undefined, settings: Settings, layout: Layout): Normalised {
  const found = readRecord(record, settings);
  const lane = scope === undefined ? laneOfBeat(record, layout) : replayLane;
  return withEffects(found, (draft) => sampleEffect(toSample(draft, record, scope, settings), lane));
}

function withGivenPositions(effects: readonly Effect[], record: LogRecord): readonly Effect[] {
  const positionAt = givenPositions(record);
  if (positionAt === undefined) return effects;
  return effects.map((effect, ordinal) => ({ ...effect, headers: { ...effect.headers, ...positionAt(ordinal) } }));
}

/**
 * Returns the replay that a record belongs to; `undefined` for a live record.
 * @throws {RefusedRecordError} `not a replay` if its cluster is a live one, which a replay must not change
 */
function replayOf({ headers }: LogRecord, { cluster }: Settings): string | undefined {
  const replay = headers[header.replay];
  if (replay === undefined) return undefined;
  const checked = check(clusterSchema, replay, `header ${header.replay}`);
  if ('faults' in checked) throw new RefusedRecordError('not a replay', checked.faults);
  if (replay === liveScope || replay === cluster.name || cluster.hosts.some((rule) => rule.cluster === replay)) {
    throw new RefusedRecordError(
      'not a replay',
      `header ${header.replay}: ${shown(replay)} is a live cluster; replay with another cluster's name`,
    );
  }
  return replay;
}

/**
 * Passes the tick or end of a replay on to every partition of `samples`.
 * @throws {RefusedRecordError} if its scope is not the replay's, because only append time may move live time
 */
function passOn(record: LogRecord, scope: string | undefined, layout: Layout): Effect[] {
  const schema = record.headers[header.schema]!;
  if (schema !== tickVersion && schema !== endVersion) {
    throw unknownSchema(record, [tickVersion, endVersion, heartbeatVersion, 'none']);
  }
  const tick = decodeTick(record);
  if (scope === undefined || tick.scope !== scope) {
    throw new RefusedRecordError(
      'not a replay',
      `scope: expected that of header ${header.replay}, ${shown(scope)}, got ${shown(tick.scope)}`,
    );
  }
  return timeForAll({ scope, timeMs: tick.timeMs }, schema, replayLane, layout);
}

function toSample(draft: Draft, record: LogRecord, scope: string | undefined, settings: Settings): Sample {
  const { kind, name, host, timeMs, dimensions, ...rest } = draft;
  const ownMs = timeMs ?? record.timestampMs;
  const timestampMs = scope === undefined ? liveTime(ownMs, record.timestampMs) : ownMs;
  if (scope !== undefined) checkReplayed(timestampMs, record.timestampMs);
  const cluster = scope ?? clusterOf(host, settings);
  const sample = {
    entity: { cluster, kind, name },
    timestampMs,
    dimensions: sorted(dimensions),
    ...rest,
    ...(scope === undefined ? {} : { scope }),
  };
  return isSample(sample) ? sample : refuse(sample);
}

/** Sorts dimensions by name, so that equal dimensions are equal text. */
function sorted(dimensions: Dimensions): Dimensions {
  let before = '';
  for (const name in dimensions) {
    if (name < before) return Object.fromEntries(Object.entries(dimensions).sort(byKey));
    before = name;
  }
  return dimensions;
}

/**
 * Refuses a sample that breaks its schema, for example with a name that is too long or contains NUL.
 * @throws {RefusedRecordError} `not a sample`, with the faults as the schema describes them
 */
function refuse(sample: unknown): never {
  const checked = check(sampleSchema, sample);
  // The schema silently drops this one name, which only the check by hand refuses.
  const faults = 'faults' in checked ? checked.faults : 'dimensions: expected no dimension named __proto__';
  throw new RefusedRecordError('not a sample', faults);
}

/** Returns the cluster of the first rule that matches the host's name. */
function clusterOf(host: string | undefined, { cluster }: Settings): string {
  const rule = host === undefined ? undefined : cluster.hosts.find(({ match }) => matchesGlob(match, host));
  return rule?.cluster ?? cluster.name;
}

function sampleEffect(sample: Sample, lane: Lane): Effect {
  return {
    topic: topics.samples,
    key: sampleKey(sample.entity),
    value: JSON.stringify(sample),
    headers: { [header.schema]: sampleVersion, [header.lane]: laneText(lane) },
  };
}
