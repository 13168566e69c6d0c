import { RefusedRecordError } from '../../shared/domain/errors.ts';

/**
 * An attribute as text. Numbers are their digits, bytes are base64, and lists and maps are JSON, so that an attribute reads
 * the same from protobuf and from JSON.
 */
export type Attribute = readonly [name: string, text: string];
export type Attributes = readonly Attribute[];

/** The value of an attribute or of a log record's body. A map has no prototype, so that `__proto__` is a name like any other. */
export type AnyValue = string | number | boolean | null | readonly AnyValue[] | { readonly [name: string]: AnyValue };

/** The kinds of metrics, as the protocol names them. */
export type MetricShape = 'gauge' | 'sum' | 'histogram' | 'exponentialHistogram' | 'summary';

/** The numbers of `AggregationTemporality`. */
export const temporality = { unspecified: 0, delta: 1, cumulative: 2 } as const;

/** The buckets of an exponential histogram on one side of zero. */
export interface Buckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

/** A data point of any shape of metric. Times are in ms since 1970, 0 where the sender states none. */
export interface Point {
  attributes: Attribute[];
  startMs: number;
  timeMs: number;
  flags: number;
  exemplars: number;
  /** The value of a gauge or sum; `undefined` where the sender set none. */
  value?: number;
  /** The number and the sum of the values of a histogram or summary. */
  count?: number;
  sum?: number;
  min?: number;
  max?: number;
  /** The upper bounds of the buckets of a histogram, without that of the last one, and the counts of the buckets. */
  bounds?: number[];
  counts?: number[];
  scale?: number;
  zeroCount?: number;
  positive?: Buckets;
  negative?: Buckets;
  /** The quantiles of a summary, with their values. */
  quantiles?: (readonly [quantile: number, value: number])[];
}

export interface Metric {
  name: string;
  unit: string;
  /** The kind of its data; `undefined` for a metric without data. */
  shape?: MetricShape;
  temporality: number;
  isMonotonic: boolean;
  points: Point[];
}

export interface LogRecord {
  timeMs: number;
  observedMs: number;
  severityNumber: number;
  severityText: string;
  body: AnyValue;
  attributes: Attribute[];
}

/** The metrics that one resource sent. */
export interface ResourceMetrics {
  attributes: Attribute[];
  readonly metrics: Metric[];
}
/** The log records that one resource sent. */
export interface ResourceLogs {
  attributes: Attribute[];
  readonly records: LogRecord[];
}

/** The content of a record, a request or a part of it. */
export interface OtlpContent {
  readonly metrics: ResourceMetrics[];
  readonly logs: ResourceLogs[];
  /** The number of spans, which are not read. */
  spans: number;
}

/** The most data points and log records of one record: each becomes a sample at most. A Collector sends 8,192 at once. */
export const pointsMax = 50_000;
/** The most levels of a value within a value. */
export const valueLevelsMax = 20;

export const newPoint = (): Point => ({ attributes: [], startMs: 0, timeMs: 0, flags: 0, exemplars: 0 });

export const newMetric = (): Metric => ({ name: '', unit: '', temporality: 0, isMonotonic: false, points: [] });

export const newLogRecord = (): LogRecord => ({
  timeMs: 0,
  observedMs: 0,
  severityNumber: 0,
  severityText: '',
  body: null,
  attributes: [],
});

/** Counts the points and log records of one record, and refuses the one above the limit. */
export class PointCounter {
  #count = 0;

  /** @throws {RefusedRecordError} `too many fields` */
  add(): void {
    this.#count += 1;
    if (this.#count <= pointsMax) return;
    throw new RefusedRecordError(
      'too many fields',
      `more than ${pointsMax} data points and log records in one record; set send_batch_max_size of the batch processor`,
    );
  }
}

/** Returns the refusal of a value that is nested too deep. */
export function tooDeep(): RefusedRecordError {
  return new RefusedRecordError('nested too deep', `an attribute or a body has more than ${valueLevelsMax} levels`);
}

/** Returns a value as the text of an attribute. */
export function textOf(value: AnyValue): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const nsPerMs = 1e6;

/** Returns a time as ms since 1970. @param ns as a double, which is exact to 256 ns */
export const msOfNs = (ns: number): number => Math.floor(ns / nsPerMs);

/** Returns a whole number of 64 bits: as text where a double would not be exact. */
export function wholeNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
