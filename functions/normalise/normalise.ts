import { check } from '../shared/domain/check.ts';
import { decodeTick, parseJson, unknownSchema } from '../shared/domain/decode.ts';
import { isSample } from '../shared/domain/decode-sample.ts';
import { clusterSchema } from '../shared/domain/entity.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { matchesGlob } from '../shared/domain/glob.ts';
import { byKey } from '../shared/domain/order.ts';
import { type Effect, header, type LogRecord } from '../shared/domain/record.ts';
import { type Sample, sampleSchema, sampleVersion } from '../shared/domain/sample.ts';
import type { Dimensions } from '../shared/domain/series.ts';
import type { Layout, Settings } from '../shared/domain/settings.ts';
import { shown } from '../shared/domain/shown.ts';
import { endVersion, tickVersion } from '../shared/domain/signal.ts';
import { sampleKey, topics } from '../shared/domain/topics.ts';
import { isCollectd, readCollectd } from './collectd.ts';
import type { Draft, Read, SkippedField } from './draft.ts';
import { isObject } from './fields.ts';
import { isLog, readFilebeat } from './filebeat.ts';
import { readMetricbeat } from './metricbeat.ts';
import { checkAgainstBroker, checkReplayed } from './timestamp.ts';

/** What one record of `beats` came to. */
export interface Normalised {
  /** For `samples`, in order. */
  readonly effects: readonly Effect[];
  /** Fields that were left out though something stood there. */
  readonly skipped: readonly SkippedField[];
}

const nothingSkipped: readonly SkippedField[] = [];

/**
 * One record of `beats` as records for `samples`: a document as its samples, a replay's tick or end for each partition.
 * Pure: the same record, settings and layout give the same effects.
 * @throws {RefusedRecordError} if it cannot be read, naming the field, the value and what was expected
 */
export function normalise(record: LogRecord, settings: Settings, layout: Layout): Normalised {
  const scope = replayOf(record, settings);
  const schema = record.headers[header.schema];
  if (schema === tickVersion || schema === endVersion) {
    return { effects: passOn(record, schema, scope, layout), skipped: nothingSkipped };
  }
  if (schema !== undefined) {
    throw unknownSchema(record, [tickVersion, endVersion, 'none']);
  }
  const { drafts, skipped } = read(parseJson(record), settings);
  return { effects: drafts.map((draft) => sampleEffect(toSample(draft, record, scope, settings))), skipped };
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
  if (replay === cluster.name || cluster.hosts.some((rule) => rule.cluster === replay)) {
    throw new RefusedRecordError(
      'not a replay',
      `header ${header.replay}: ${shown(replay)} is a live cluster; replay as another`,
    );
  }
  return replay;
}

/** @throws {RefusedRecordError} unless the time is a replay's own: live time comes from the scheduler alone */
function passOn(record: LogRecord, schema: string, scope: string | undefined, layout: Layout): Effect[] {
  const tick = decodeTick(record);
  if (scope === undefined || tick.scope !== scope) {
    throw new RefusedRecordError(
      'not a replay',
      `scope: expected that of header ${header.replay}, ${shown(scope)}, got ${shown(tick.scope)}`,
    );
  }
  const value = JSON.stringify({ scope, timeMs: tick.timeMs });
  return Array.from({ length: layout.partitions[topics.samples] }, (_, partition) => ({
    topic: topics.samples,
    partition,
    key: scope,
    value,
    headers: { [header.schema]: schema },
  }));
}

function toSample(draft: Draft, record: LogRecord, scope: string | undefined, settings: Settings): Sample {
  const { kind, name, host, timeMs, dimensions, ...rest } = draft;
  const timestampMs = timeMs ?? record.timestampMs;
  if (scope === undefined) checkAgainstBroker(timestampMs, record.timestampMs);
  else checkReplayed(timestampMs, record.timestampMs);
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

function sampleEffect(sample: Sample): Effect {
  return {
    topic: topics.samples,
    key: sampleKey(sample.entity),
    value: JSON.stringify(sample),
    headers: { [header.schema]: sampleVersion },
  };
}
