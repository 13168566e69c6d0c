import { RefusedRecordError } from '../../shared/domain/errors.ts';
import { isObject } from '../../shared/domain/json-object.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { shown } from '../../shared/domain/shown.ts';
import { parseJson } from '../../shared/log/decode.ts';
import type { LogRecord } from '../../shared/log/record.ts';
import { flatten } from '../document/flatten.ts';
import type { Read } from '../draft.ts';
import { readOtlpProtobuf } from '../otlp/otlp.ts';
import { collectd } from './collectd.ts';
import { heartbeat } from './heartbeat.ts';
import { logs } from './logs.ts';
import { metrics } from './metrics.ts';
import { namedMetrics } from './named-metrics.ts';
import { opentelemetry } from './opentelemetry.ts';
import type { DocumentSource, MessageSource } from './source.ts';

/*
 * The sources in the order in which they are asked. The first one that recognises a record reads it, so that the order
 * decides what a document with the marks of two sources is:
 *
 * - OpenTelemetry in protobuf is recognised by its bytes, before anything is read as JSON.
 * - Messages come first. Their shapes are no shapes of documents.
 * - Heartbeat comes before logs: a check that fails has a `message` in some versions.
 * - Logs come before metrics: a log record may contain any numbers.
 * - Metrics with a name and tags come before other ones, where the name and the tags would be facts.
 * - Metrics recognise everything that is left.
 */
export const messageSources: readonly MessageSource[] = [collectd, opentelemetry];
export const documentSources: readonly DocumentSource[] = [heartbeat, logs, namedMetrics, metrics];

/**
 * Reads a record's value by the first source that recognises it.
 * @throws {RefusedRecordError} if the value is neither JSON nor OTLP in protobuf, or if its source cannot read it
 */
export function readRecord(record: LogRecord, settings: Settings): Read {
  const ofProtobuf = readOtlpProtobuf(record.value, settings);
  if (ofProtobuf !== undefined) return ofProtobuf;
  const value = parseJson(record);
  const ofMessages = messageSources.find((source) => source.recognises(value));
  if (ofMessages !== undefined) return ofMessages.read(value, settings);
  if (!isObject(value)) {
    throw new RefusedRecordError('not a document', `value: expected a JSON object, got ${shown(value)}`);
  }
  const document = flatten(value);
  return documentSources.find((source) => source.recognises(document))!.read(document, settings);
}
