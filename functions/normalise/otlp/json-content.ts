import type { JsonObject } from '../../shared/domain/json-object.ts';
import {
  anyAt,
  attributesAt,
  enumAt,
  fieldOf,
  messageAt,
  messagesAt,
  numberAt,
  numbersAt,
  textAt,
  timeMsAt,
} from './json.ts';
import {
  type Buckets,
  type LogRecord,
  type Metric,
  type MetricShape,
  newMetric,
  newPoint,
  type OtlpContent,
  type Point,
  PointCounter,
} from './model.ts';

/** The lists that a record of OpenTelemetry in JSON begins with. */
const lists = ['resourceMetrics', 'resourceLogs', 'resourceSpans'] as const;

/** Returns whether a document is a record of OpenTelemetry. */
export function isOtlpJson(document: JsonObject): boolean {
  return lists.some((name) => Array.isArray(fieldOf(document, name)));
}

/**
 * Decodes a record in JSON.
 * @throws {RefusedRecordError} `not OTLP`, `nested too deep` or `too many fields`
 */
export function decodeJson(document: JsonObject): OtlpContent {
  const counter = new PointCounter();
  return {
    metrics: messagesAt(document, 'resourceMetrics').map((resource) => ({
      attributes: resourceOf(resource),
      metrics: scopesOf(resource, 'scopeMetrics').flatMap((scope) =>
        messagesAt(scope, 'metrics').map((metric) => metricOf(metric, counter)),
      ),
    })),
    logs: messagesAt(document, 'resourceLogs').map((resource) => ({
      attributes: resourceOf(resource),
      records: scopesOf(resource, 'scopeLogs').flatMap((scope) =>
        messagesAt(scope, 'logRecords').map((record) => logRecordOf(record, counter)),
      ),
    })),
    spans: spansIn(document),
  };
}

const scopesOf = messagesAt;

/** Returns the attributes of the resource of a `ResourceMetrics`, `ResourceLogs` or `ResourceSpans`. */
export function resourceOf(message: JsonObject): OtlpContent['metrics'][number]['attributes'] {
  const resource = messageAt(message, 'resource');
  return resource === undefined ? [] : attributesAt(resource);
}

function spansIn(document: JsonObject): number {
  let count = 0;
  for (const resource of messagesAt(document, 'resourceSpans')) {
    for (const scope of messagesAt(resource, 'scopeSpans')) count += messagesAt(scope, 'spans').length;
  }
  return count;
}

const temporalities = [
  'AGGREGATION_TEMPORALITY_UNSPECIFIED',
  'AGGREGATION_TEMPORALITY_DELTA',
  'AGGREGATION_TEMPORALITY_CUMULATIVE',
];

const readPoint: Readonly<Record<MetricShape, (from: JsonObject, into: Point) => void>> = {
  gauge: readNumber,
  sum: readNumber,
  histogram: readHistogram,
  exponentialHistogram: readExponential,
  summary: readSummary,
};
const shapes = Object.keys(readPoint) as MetricShape[];

function metricOf(message: JsonObject, counter: PointCounter): Metric {
  const metric = newMetric();
  metric.name = textAt(message, 'name');
  metric.unit = textAt(message, 'unit');
  for (const shape of shapes) {
    const data = messageAt(message, shape);
    if (data === undefined) continue;
    metric.shape = shape;
    metric.temporality = enumAt(data, 'aggregationTemporality', temporalities);
    metric.isMonotonic = fieldOf(data, 'isMonotonic') === true;
    metric.points = messagesAt(data, 'dataPoints').map((from) => pointOf(from, shape, counter));
  }
  return metric;
}

function pointOf(from: JsonObject, shape: MetricShape, counter: PointCounter): Point {
  counter.add();
  const point = newPoint();
  point.attributes = attributesAt(from);
  point.startMs = timeMsAt(from, 'startTimeUnixNano');
  point.timeMs = timeMsAt(from, 'timeUnixNano');
  point.flags = numberAt(from, 'flags') ?? 0;
  point.exemplars = messagesAt(from, 'exemplars').length;
  readPoint[shape](from, point);
  return point;
}

function readNumber(from: JsonObject, into: Point): void {
  set(into, 'value', numberAt(from, 'asDouble') ?? numberAt(from, 'asInt'));
}

/** Sets a field of a point that the sender set. */
function set<Name extends keyof Point>(into: Point, name: Name, value: Point[Name] | undefined): void {
  if (value !== undefined) into[name] = value;
}

function readDistribution(from: JsonObject, into: Point): void {
  set(into, 'count', numberAt(from, 'count') ?? 0);
  set(into, 'sum', numberAt(from, 'sum'));
  set(into, 'min', numberAt(from, 'min'));
  set(into, 'max', numberAt(from, 'max'));
}

function readHistogram(from: JsonObject, into: Point): void {
  readDistribution(from, into);
  set(into, 'counts', numbersAt(from, 'bucketCounts'));
  set(into, 'bounds', numbersAt(from, 'explicitBounds'));
}

function readExponential(from: JsonObject, into: Point): void {
  readDistribution(from, into);
  set(into, 'scale', numberAt(from, 'scale'));
  set(into, 'zeroCount', numberAt(from, 'zeroCount'));
  set(into, 'positive', bucketsAt(from, 'positive'));
  set(into, 'negative', bucketsAt(from, 'negative'));
}

function bucketsAt(from: JsonObject, name: string): Buckets | undefined {
  const buckets = messageAt(from, name);
  if (buckets === undefined) return undefined;
  return { offset: numberAt(buckets, 'offset') ?? 0, counts: numbersAt(buckets, 'bucketCounts') ?? [] };
}

function readSummary(from: JsonObject, into: Point): void {
  set(into, 'count', numberAt(from, 'count') ?? 0);
  set(into, 'sum', numberAt(from, 'sum') ?? 0);
  into.quantiles = messagesAt(from, 'quantileValues').map((entry) => [
    numberAt(entry, 'quantile') ?? 0,
    numberAt(entry, 'value') ?? 0,
  ]);
}

/** The names of the severities, by their numbers: `SEVERITY_NUMBER_INFO2` is 10. */
const severities = [
  'SEVERITY_NUMBER_UNSPECIFIED',
  ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((level) =>
    ['', '2', '3', '4'].map((nth) => `SEVERITY_NUMBER_${level}${nth}`),
  ),
];

function logRecordOf(from: JsonObject, counter: PointCounter): LogRecord {
  counter.add();
  return {
    timeMs: timeMsAt(from, 'timeUnixNano'),
    observedMs: timeMsAt(from, 'observedTimeUnixNano'),
    severityNumber: enumAt(from, 'severityNumber', severities),
    severityText: textAt(from, 'severityText'),
    body: anyAt(from, 'body'),
    attributes: attributesAt(from),
  };
}
