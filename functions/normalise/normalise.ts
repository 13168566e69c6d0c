import { check } from '../shared/domain/check.ts';
import { clusterSchema } from '../shared/domain/entity.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { matchesGlob } from '../shared/domain/glob.ts';
import { isObject } from '../shared/domain/json-object.ts';
import { byKey } from '../shared/domain/order.ts';
import { liveScope, type Sample, sampleSchema, sampleVersion } from '../shared/domain/sample.ts';
import type { Dimensions } from '../shared/domain/series.ts';
import type { Layout, Settings } from '../shared/domain/settings.ts';
import { shown } from '../shared/domain/shown.ts';
import { endVersion, heartbeatVersion, tickVersion } from '../shared/domain/signal.ts';
import { decodeTick, parseJson, unknownSchema } from '../shared/log/decode.ts';
import { isSample } from '../shared/log/decode-sample.ts';
import { type Lane, laneText, replayLane } from '../shared/log/lane.ts';
import { type Effect, header, type LogRecord } from '../shared/log/record.ts';
import { sampleKey, topics } from '../shared/log/topics.ts';
import { isCollectd, readCollectd } from './collectd.ts';
import type { Draft, Read, SkippedField } from './draft.ts';
import { isLog, readFilebeat } from './filebeat.ts';
import { readMetricbeat } from './metricbeat.ts';
import { givenPositions } from './position.ts';
import { laneOfBeat, timeForAll } from './ticks.ts';
import { checkReplayed, liveTime } from './timestamp.ts';

/** What one record of `beats` came to. */
export interface Normalised {
  /** For `samples`, in order. */
  readonly effects: readonly Effect[];
  /** Fields that were left out though something stood there. */
  readonly skipped: readonly SkippedField[];
}

const nothingSkipped: readonly SkippedField[] = [];

/** Whether a record of `beats` is a document, not one of Offbeat's own: a heartbeat, or a replay's tick or end. */
export const isDocument = ({ headers }: LogRecord): boolean => headers[header.schema] === undefined;

/**
 * One record of `beats` as records for `samples`: a document as its samples, a replay's tick or end for each partition,
 * a heartbeat as nothing. Pure: the same record, settings and layout give the same effects.
 * @throws {RefusedRecordError} if it cannot be read, naming the field, the value and what was expected
 */
export function normalise(record: LogRecord, settings: Settings, layout: Layout): Normalised {
  const schema = record.headers[header.schema];
  if (schema === heartbeatVersion) return heartbeat(record);
  const scope = replayOf(record, settings);
  const { effects, skipped } = isDocument(record)
    ? samplesOf(record, scope, settings, layout)
    : { effects: passOn(record, scope, layout), skipped: nothingSkipped };
  return { effects: withGivenPositions(effects, record), skipped };
}

/** @throws {RefusedRecordError} for one with content: a document that somebody called a heartbeat must not vanish */
function heartbeat({ value }: LogRecord): Normalised {
  if (value === null || value.length === 0) return { effects: [], skipped: nothingSkipped };
  throw new RefusedRecordError('unknown schema', `a heartbeat has no content, got ${value.length} bytes`);
}

function samplesOf(record: LogRecord, scope: string | undefined, settings: Settings, layout: Layout): Normalised {
  const { drafts, skipped } = read(parseJson(record), settings);
  const lane = scope === undefined ? laneOfBeat(record, layout) : replayLane;
  return { effects: drafts.map((draft) => sampleEffect(toSample(draft, record, scope, settings), lane)), skipped };
}

function withGivenPositions(effects: readonly Effect[], record: LogRecord): readonly Effect[] {
  const positionAt = givenPositions(record);
  if (positionAt === undefined) return effects;
  return effects.map((effect, ordinal) => ({ ...effect, headers: { ...effect.headers, ...positionAt(ordinal) } }));
}

function read(document: unknown, settings: Settings): Read {
  if (isCollectd(document)) return readCollectd(document, settings.collectd.storeRates);
  if (!isObject(document)) {
    throw new RefusedRecordError('not a document', `value: expected a JSON object, got ${shown(document)}`);
  }
  return isLog(document) ? readFilebeat(document) : readMetricbeat(document);
}

/**
 * The replay that a record belongs to.
 * @throws {RefusedRecordError} `not a replay` for a cluster that cannot be replayed: a live one must stay what it is
 */
function replayOf({ headers }: LogRecord, { cluster }: Settings): string | undefined {
  const replay = headers[header.replay];
  if (replay === undefined) return undefined;
  const checked = check(clusterSchema, replay, `header ${header.replay}`);
  if ('faults' in checked) throw new RefusedRecordError('not a replay', checked.faults);
  if (replay === liveScope || replay === cluster.name || cluster.hosts.some((rule) => rule.cluster === replay)) {
    throw new RefusedRecordError(
      'not a replay',
      `header ${header.replay}: ${shown(replay)} is live; replay as another cluster`,
    );
  }
  return replay;
}

/** @throws {RefusedRecordError} unless it is a replay's own time: live time is made of append time alone */
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

/** Names in order, so that equal dimensions are equal text however their shipper writes them. */
function sorted(dimensions: Dimensions): Dimensions {
  return Object.fromEntries(Object.entries(dimensions).sort(byKey));
}

/** Names that are too long or hold NUL, and whatever else the contract forbids, in the contract's own words. */
function refuse(sample: unknown): never {
  const checked = check(sampleSchema, sample);
  // The schema leaves out what only the check by hand refuses.
  const faults = 'faults' in checked ? checked.faults : 'dimensions: expected no dimension named __proto__';
  throw new RefusedRecordError('not a sample', faults);
}

/** The cluster of the first rule that fits the host's name. */
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
