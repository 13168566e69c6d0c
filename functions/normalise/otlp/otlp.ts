import { RefusedRecordError } from '../../shared/domain/errors.ts';
import type { JsonObject } from '../../shared/domain/json-object.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import type { Read } from '../draft.ts';
import { decodeJson } from './json-content.ts';
import type { OtlpContent } from './model.ts';
import { decodeProtobuf } from './protobuf-content.ts';
import { readLogs } from './read-logs.ts';
import { readMetrics } from './read-metrics.ts';
import { signalOf } from './signal.ts';
import { Tally } from './tally.ts';

/** The first byte of every record of OTLP in protobuf: field 1, which its length precedes. In JSON it is a line break. */
const firstByte = 10;

/**
 * Reads a record of OTLP in protobuf.
 * @returns `undefined` for a record that is none
 * @throws {RefusedRecordError} `not OTLP`, `no entity`, `no measurement`, `nested too deep` or `too many fields`
 */
export function readOtlpProtobuf(value: Buffer | null, settings: Settings): Read | undefined {
  if (value === null || value[0] !== firstByte) return undefined;
  const signal = signalOf(value);
  if (signal === undefined) return mayBeJson(value) ? undefined : refuseOther();
  const content = signal === 'empty' ? { metrics: [], logs: [], spans: 0 } : decodeProtobuf(value, signal);
  return readContent(content, settings);
}

/** Returns whether bytes that begin with a line break may be JSON: then an object or an array follows. */
const mayBeJson = (value: Buffer): boolean => /^[\s\ufeff]*([[{]|$)/.test(value.toString('utf8', 0, 100));

function refuseOther(): never {
  const detail =
    'value: begins like OTLP in protobuf, but is cut, or contains neither metrics nor log records nor spans';
  throw new RefusedRecordError('not OTLP', detail);
}

/**
 * Reads a record of OTLP in JSON.
 * @param document an object that {@link isOtlpJson} recognises
 * @throws {RefusedRecordError} as {@link readOtlpProtobuf}
 */
export function readOtlpJson(document: unknown, settings: Settings): Read {
  return readContent(decodeJson(document as JsonObject), settings);
}

/**
 * Reads the metrics and log records of a record as samples. Spans and exemplars are counted, and not read.
 * @throws {RefusedRecordError} `no entity` if no resource names one, `no measurement` if there is nothing to read
 */
export function readContent({ metrics, logs, spans }: OtlpContent, settings: Settings): Read {
  const tally = new Tally();
  if (spans > 0) tally.ignore('span', spans);
  const drafts = [...readMetrics(metrics, tally, settings), ...readLogs(logs, tally, settings)];
  const { skipped, ignored } = tally;
  if (drafts.length > 0) return { drafts, skipped, ignored };
  if (ignored['no entity'] !== undefined) {
    const detail = 'resource: expected the attribute host.name or service.name; add the processor resource_detection';
    throw new RefusedRecordError('no entity', detail);
  }
  const [first] = skipped;
  if (first !== undefined) throw new RefusedRecordError('no measurement', `${first.field}: ${first.reason}`);
  if (Object.keys(ignored).length > 0) return { drafts, skipped, ignored };
  throw new RefusedRecordError('no measurement', 'the record has neither data points nor log records');
}
