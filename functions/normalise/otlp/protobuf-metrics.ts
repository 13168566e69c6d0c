import { type Buckets, type Metric, newMetric, newPoint, type Point, type PointCounter } from './model.ts';
import {
  addTo,
  type Reader,
  type ReadField,
  readAttribute,
  readFixed64,
  readMessage,
  readPacked,
  readSignedFixed64,
  readTimeMs,
  tags,
} from './protobuf.ts';

/** The fields of a metric, of its data and of its points, by their numbers in metrics.proto. */
const metricTag = {
  name: tags.bytes(1),
  unit: tags.bytes(3),
  gauge: tags.bytes(5),
  sum: tags.bytes(7),
  histogram: tags.bytes(9),
  exponentialHistogram: tags.bytes(10),
  summary: tags.bytes(11),
} as const;

/** A metric while its points are read. */
interface Reading {
  readonly metric: Metric;
  readonly counter: PointCounter;
  readonly readField: ReadField<Point>;
}

/** Reads a `Metric`. @throws {RefusedRecordError} `too many fields` */
export function readMetric(reader: Reader, counter: PointCounter): Metric {
  const metric = newMetric();
  readMessage(reader, { metric, counter }, readMetricField);
  return metric;
}

function readMetricField(reader: Reader, tag: number, into: Pick<Reading, 'metric' | 'counter'>): boolean {
  const { metric } = into;
  switch (tag) {
    case metricTag.name:
      metric.name = reader.string();
      return true;
    case metricTag.unit:
      metric.unit = reader.string();
      return true;
    case metricTag.gauge:
      return readData(reader, into, 'gauge', readNumberField);
    case metricTag.sum:
      return readData(reader, into, 'sum', readNumberField);
    case metricTag.histogram:
      return readData(reader, into, 'histogram', readHistogramField);
    case metricTag.exponentialHistogram:
      return readData(reader, into, 'exponentialHistogram', readExponentialField);
    case metricTag.summary:
      return readData(reader, into, 'summary', readSummaryField);
    default:
      return false;
  }
}

function readData(
  reader: Reader,
  { metric, counter }: Pick<Reading, 'metric' | 'counter'>,
  shape: NonNullable<Metric['shape']>,
  readField: Reading['readField'],
): boolean {
  // Of several kinds of data in one metric the last counts, as for every "oneof".
  if (metric.shape !== shape) metric.points = [];
  metric.shape = shape;
  readMessage(reader, { metric, counter, readField }, readDataField);
  return true;
}

function readDataField(reader: Reader, tag: number, { metric, counter, readField }: Reading): boolean {
  if (tag === 10) {
    counter.add();
    metric.points.push(readMessage(reader, newPoint(), readField));
  } else if (tag === 16) metric.temporality = reader.uint32();
  else if (tag === 24) metric.isMonotonic = reader.bool();
  else return false;
  return true;
}

/** Reads the fields that the points of all shapes have under the same number. */
function readTimeField(reader: Reader, tag: number, into: Point): boolean {
  if (tag === 17) into.startMs = readTimeMs(reader);
  else if (tag === 25) into.timeMs = readTimeMs(reader);
  else return false;
  return true;
}

function readNumberField(reader: Reader, tag: number, into: Point): boolean {
  if (tag === 58) into.attributes.push(readAttribute(reader));
  else if (tag === 33) into.value = reader.double();
  else if (tag === 49) into.value = readSignedFixed64(reader);
  else if (tag === 64) into.flags = reader.uint32();
  else if (tag === 42) return noteExemplar(into);
  else return readTimeField(reader, tag, into);
  return true;
}

function readSummaryField(reader: Reader, tag: number, into: Point): boolean {
  if (tag === 58) into.attributes.push(readAttribute(reader));
  else if (tag === 33) into.count = readFixed64(reader);
  else if (tag === 41) into.sum = reader.double();
  else if (tag === 50) {
    const { quantile, value } = readMessage(reader, { quantile: 0, value: 0 }, readQuantileField);
    into.quantiles ??= [];
    into.quantiles.push([quantile, value]);
  } else if (tag === 64) into.flags = reader.uint32();
  else return readTimeField(reader, tag, into);
  return true;
}

function readQuantileField(reader: Reader, tag: number, into: { quantile: number; value: number }): boolean {
  if (tag === 9) into.quantile = reader.double();
  else if (tag === 17) into.value = reader.double();
  else return false;
  return true;
}

const histogramTag = {
  count: tags.fixed64(4),
  sum: tags.fixed64(5),
  counts: tags.bytes(6),
  unpackedCount: tags.fixed64(6),
  bounds: tags.bytes(7),
  unpackedBound: tags.fixed64(7),
  exemplar: tags.bytes(8),
  attribute: tags.bytes(9),
  flags: tags.varint(10),
  min: tags.fixed64(11),
  max: tags.fixed64(12),
} as const;

function readHistogramField(reader: Reader, tag: number, into: Point): boolean {
  switch (tag) {
    case histogramTag.count:
      into.count = readFixed64(reader);
      return true;
    case histogramTag.sum:
      into.sum = reader.double();
      return true;
    case histogramTag.counts:
      into.counts = readPacked(reader, into.counts, () => readFixed64(reader));
      return true;
    case histogramTag.unpackedCount:
      into.counts = addTo(into.counts, readFixed64(reader));
      return true;
    case histogramTag.unpackedBound:
      into.bounds = addTo(into.bounds, reader.double());
      return true;
    case histogramTag.bounds:
      into.bounds = readPacked(reader, into.bounds, () => reader.double());
      return true;
    case histogramTag.exemplar:
      return noteExemplar(into);
    case histogramTag.attribute:
      into.attributes.push(readAttribute(reader));
      return true;
    case histogramTag.flags:
      into.flags = reader.uint32();
      return true;
    case histogramTag.min:
      into.min = reader.double();
      return true;
    case histogramTag.max:
      into.max = reader.double();
      return true;
    default:
      return readTimeField(reader, tag, into);
  }
}

const exponentialTag = {
  attribute: tags.bytes(1),
  count: tags.fixed64(4),
  sum: tags.fixed64(5),
  scale: tags.varint(6),
  zeroCount: tags.fixed64(7),
  positive: tags.bytes(8),
  negative: tags.bytes(9),
  flags: tags.varint(10),
  exemplar: tags.bytes(11),
  min: tags.fixed64(12),
  max: tags.fixed64(13),
} as const;

function readExponentialField(reader: Reader, tag: number, into: Point): boolean {
  switch (tag) {
    case exponentialTag.attribute:
      into.attributes.push(readAttribute(reader));
      return true;
    case exponentialTag.count:
      into.count = readFixed64(reader);
      return true;
    case exponentialTag.sum:
      into.sum = reader.double();
      return true;
    case exponentialTag.scale:
      into.scale = reader.sint32();
      return true;
    case exponentialTag.zeroCount:
      into.zeroCount = readFixed64(reader);
      return true;
    case exponentialTag.positive:
      into.positive = readBuckets(reader);
      return true;
    case exponentialTag.negative:
      into.negative = readBuckets(reader);
      return true;
    case exponentialTag.flags:
      into.flags = reader.uint32();
      return true;
    case exponentialTag.exemplar:
      return noteExemplar(into);
    case exponentialTag.min:
      into.min = reader.double();
      return true;
    case exponentialTag.max:
      into.max = reader.double();
      return true;
    default:
      return readTimeField(reader, tag, into);
  }
}

function readBuckets(reader: Reader): Buckets {
  return readMessage(reader, { offset: 0, counts: [] as number[] }, readBucketsField);
}

function readBucketsField(reader: Reader, tag: number, into: { offset: number; counts: number[] }): boolean {
  if (tag === 8) into.offset = reader.sint32();
  else if (tag === 18) into.counts = readPacked(reader, into.counts, () => readVarint64(reader));
  else if (tag === 16) into.counts = addTo(into.counts, readVarint64(reader));
  else return false;
  return true;
}

const readVarint64 = (reader: Reader): number => Number(String(reader.uint64()));

/** Counts an exemplar, which is skipped. */
function noteExemplar(into: Point): boolean {
  into.exemplars += 1;
  return false;
}
