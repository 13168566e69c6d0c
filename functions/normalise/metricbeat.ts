import { RefusedRecordError } from '../shared/domain/errors.ts';
import type { JsonObject } from '../shared/domain/json-object.ts';
import { shownText } from '../shared/domain/shown.ts';
import type { Read, SkippedField } from './draft.ts';
import { firstText, textAt } from './fields.ts';
import { hostOf, identify, isFollower } from './identify.ts';
import { measure } from './measure.ts';
import { timestampOf } from './timestamp.ts';

const replicaOnly = 'kafka.partition.partition.insync_replica';
const groupOffset = 'kafka.consumergroup.offset';

/**
 * Reads a document of Metricbeat 6 to 8, or of any other shipper that sends numbers in the same shape, as one sample
 * with each number under its dotted name.
 * @throws {RefusedRecordError} `no entity`, `no measurement`, `not a time`, `nested too deep`, `too many fields`
 */
export function readMetricbeat(beat: JsonObject): Read {
  const dataset = datasetOf(beat);
  const { measurements, units, skipped } = measure(beat);
  const kept = ownMeasurements(beat, dataset, measurements);
  if (Object.keys(kept).length === 0) throw nothingMeasured(beat, skipped);
  const draft = {
    ...identify(beat, dataset),
    host: hostOf(beat),
    timeMs: timestampOf(beat),
    dataset,
    measurements: kept,
    ...(units === undefined ? {} : { units }),
    source: sourceOf(beat),
  };
  return { drafts: [draft], skipped };
}

/** Returns the shipper of a document: `metricbeat`, `filebeat`, … It names no entity, so a long one is cut. */
export function sourceOf(beat: JsonObject): string {
  return (firstText(beat, 'agent.type', '@metadata.beat') ?? 'unknown').slice(0, 64).toWellFormed();
}

function datasetOf(beat: JsonObject): string {
  const named = firstText(beat, 'event.dataset', 'data_stream.dataset');
  if (named !== undefined) return named;
  const module = firstText(beat, 'metricset.module', 'event.module');
  const metricset = textAt(beat, 'metricset.name');
  return module !== undefined && metricset !== undefined
    ? `${module}.${metricset}`
    : (module ?? metricset ?? 'generic');
}

/**
 * Returns the measurements without those that only repeat another document (the offsets of a follower) or are not known
 * yet (a committed offset of -1).
 */
function ownMeasurements(
  beat: JsonObject,
  dataset: string,
  measurements: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  if (isFollower(beat, dataset)) {
    const inSync = measurements[replicaOnly];
    return inSync === undefined ? {} : { [replicaOnly]: inSync };
  }
  if (measurements[groupOffset] !== -1) return measurements;
  const { [groupOffset]: _nothingCommitted, ...rest } = measurements;
  return rest;
}

function nothingMeasured(beat: JsonObject, [first]: readonly SkippedField[]): RefusedRecordError {
  if (first !== undefined)
    return new RefusedRecordError('no measurement', `${shownText(first.field)}: ${first.reason}`);
  const complaint = textAt(beat, 'error.message');
  if (complaint !== undefined)
    return new RefusedRecordError('no measurement', `error.message: ${shownText(complaint, 500)}`);
  return new RefusedRecordError('no measurement', 'no field contains a number that measures anything');
}
