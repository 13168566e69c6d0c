import {
  type Attribute,
  type LogRecord,
  newLogRecord,
  type OtlpContent,
  PointCounter,
  type ResourceLogs,
  type ResourceMetrics,
} from './model.ts';
import {
  type Reader,
  readAnyValue,
  readAttribute,
  readerOf,
  readFields,
  readMessage,
  readTimeMs,
  refusing,
  tags,
} from './protobuf.ts';
import { readMetric } from './protobuf-metrics.ts';
import type { Signal } from './signal.ts';

/**
 * Decodes the metrics or logs of a record, or the counts of its spans.
 * @throws {RefusedRecordError} `not OTLP`, `nested too deep` or `too many fields`
 */
export function decodeProtobuf(bytes: Buffer, signal: Signal): OtlpContent {
  const content: OtlpContent = { metrics: [], logs: [], spans: 0 };
  const into = { content, signal, counter: new PointCounter() };
  refusing(() => readFields(readerOf(bytes), bytes.length, into, readContentField));
  return content;
}

/**
 * Yields the resources of a record: each one, with its tag and its length, is a record of its own.
 * @throws {RefusedRecordError} `not OTLP`
 */
export function* messagesIn(bytes: Buffer): Generator<Buffer, void> {
  const reader = readerOf(bytes);
  for (let from = 0; from < bytes.length; from = reader.pos) {
    refusing(() => {
      if (reader.uint32() !== 10) throw new RangeError('a field that no request of OTLP has');
      reader.skipType(2);
    });
    yield bytes.subarray(from, reader.pos);
  }
}

interface Decoding {
  readonly content: OtlpContent;
  readonly signal: Signal;
  readonly counter: PointCounter;
}

function readContentField(reader: Reader, tag: number, { content, signal, counter }: Decoding): boolean {
  if (tag !== 10) return false;
  if (signal === 'metrics') {
    const resource: ResourceMetrics = { attributes: [], metrics: [] };
    content.metrics.push(resource);
    readMessage(reader, { resource, counter }, readMetricsField);
  } else if (signal === 'logs') {
    const resource: ResourceLogs = { attributes: [], records: [] };
    content.logs.push(resource);
    readMessage(reader, { resource, counter }, readLogsField);
  } else readMessage(reader, content, readSpansField);
  return true;
}

interface OfResource<T> {
  readonly resource: T;
  readonly counter: PointCounter;
}

function readMetricsField(reader: Reader, tag: number, into: OfResource<ResourceMetrics>): boolean {
  if (tag === 10) readMessage(reader, into.resource, readResourceField);
  else if (tag === 18) readMessage(reader, into, readMetricsOfScope);
  else return false;
  return true;
}

function readMetricsOfScope(reader: Reader, tag: number, into: OfResource<ResourceMetrics>): boolean {
  if (tag === 18) into.resource.metrics.push(readMetric(reader, into.counter));
  else return false;
  return true;
}

function readLogsField(reader: Reader, tag: number, into: OfResource<ResourceLogs>): boolean {
  if (tag === 10) readMessage(reader, into.resource, readResourceField);
  else if (tag === 18) readMessage(reader, into, readLogsOfScope);
  else return false;
  return true;
}

function readLogsOfScope(reader: Reader, tag: number, { resource, counter }: OfResource<ResourceLogs>): boolean {
  if (tag !== 18) return false;
  counter.add();
  resource.records.push(readMessage(reader, newLogRecord(), readLogField));
  return true;
}

function readSpansField(reader: Reader, tag: number, content: OtlpContent): boolean {
  if (tag === 18) readMessage(reader, content, countSpan);
  else return false;
  return true;
}

function countSpan(_reader: Reader, tag: number, content: OtlpContent): boolean {
  if (tag === 18) content.spans += 1;
  return false;
}

/** Reads the attributes of a `Resource`. */
export function readResourceField(reader: Reader, tag: number, into: { readonly attributes: Attribute[] }): boolean {
  if (tag === 10) into.attributes.push(readAttribute(reader));
  else return false;
  return true;
}

const logTag = {
  time: tags.fixed64(1),
  severityNumber: tags.varint(2),
  severityText: tags.bytes(3),
  body: tags.bytes(5),
  attribute: tags.bytes(6),
  observed: tags.fixed64(11),
} as const;

function readLogField(reader: Reader, tag: number, into: LogRecord): boolean {
  switch (tag) {
    case logTag.time:
      into.timeMs = readTimeMs(reader);
      return true;
    case logTag.severityNumber:
      into.severityNumber = reader.uint32();
      return true;
    case logTag.severityText:
      into.severityText = reader.string();
      return true;
    case logTag.body:
      into.body = readAnyValue(reader);
      return true;
    case logTag.attribute:
      into.attributes.push(readAttribute(reader));
      return true;
    case logTag.observed:
      into.observedMs = readTimeMs(reader);
      return true;
    default:
      return false;
  }
}
