import { expect } from 'vitest';
import type { Sample } from '../../../../functions/shared/domain/sample.ts';
import { encodeOtlp } from '../../../support/otlp/encode.ts';
import { beat, brokerMs, samplesOf, timeMs } from '../beats.ts';

export const nsOf = (ms: number): string => `${ms}000000`;
export const timeUnixNano = nsOf(timeMs);
/** The start of counters: an hour before. */
export const startMs = brokerMs - 3_600_000;
export const startTimeUnixNano = nsOf(Math.floor(startMs));

export const attributes = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([key, stringValue]) => ({ key, value: { stringValue } }));

export const onHost = { 'host.name': 'node-a' };

/** Returns a record of metrics of one resource. */
export const metricsOf = (metrics: readonly object[], resource: Readonly<Record<string, string>> = onHost) => ({
  resourceMetrics: [{ resource: { attributes: attributes(resource) }, scopeMetrics: [{ scope: {}, metrics }] }],
});

/** Returns a record of log records of one resource. */
export const logsOf = (logRecords: readonly object[], resource: Readonly<Record<string, string>> = onHost) => ({
  resourceLogs: [{ resource: { attributes: attributes(resource) }, scopeLogs: [{ scope: {}, logRecords }] }],
});

/** Returns a data point at the usual time. */
export const point = (fields: object, texts: Readonly<Record<string, string>> = {}) => ({
  timeUnixNano,
  startTimeUnixNano,
  attributes: attributes(texts),
  ...fields,
});

/** Returns both encodings of a record, with their names. */
export const encodings = (signal: 'metrics' | 'logs', message: object): [string, Buffer][] => [
  ['JSON', Buffer.from(JSON.stringify(message))],
  ['protobuf', encodeOtlp(signal, message)],
];

export const delta = { aggregationTemporality: 1 };
export const cumulative = { aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE' };

/** Reads metrics of one resource from both encodings, and returns the samples, which must be the same. */
export function read(metrics: readonly object[], resource?: Readonly<Record<string, string>>): Sample[] {
  const [json, protobuf] = encodings('metrics', metricsOf(metrics, resource)).map(([, bytes]) =>
    samplesOf(beat(bytes)),
  );
  expect(protobuf).toEqual(json);
  return json!;
}

/** Returns the one sample of a metric. */
export function sampleOf(metric: object, resource?: Readonly<Record<string, string>>): Sample {
  const samples = read([metric], resource);
  expect(samples).toHaveLength(1);
  return samples[0]!;
}
