import { decodeWith, parseJson } from './decode.ts';
import { entityKinds } from './entity.ts';
import type { LogRecord } from './record.ts';
import { metricKinds, type Sample, sampleSchema } from './sample.ts';

const kinds: ReadonlySet<unknown> = new Set(entityKinds);
const valueKinds: ReadonlySet<unknown> = new Set(metricKinds);

/**
 * A record's value as a sample. The checks are written by hand, because zod would cost as much as all of detection;
 * what fails them is shown to the schema, which words the refusal.
 * @throws {RefusedRecordError} `not JSON` or `not a sample`, naming the field
 */
export function decodeSample(record: LogRecord): Sample {
  const value = parseJson(record);
  return isSample(value) ? value : decodeWith(sampleSchema, record, 'not a sample');
}

/** Accepts nothing that {@link sampleSchema} refuses; what it is not sure of it leaves to the schema. */
export function isSample(value: unknown): value is Sample {
  if (!isObject(value)) return false;
  const { entity, timestampMs, dataset, dimensions, measurements, source, scope, units, kinds: metricKindsOf } = value;
  return (
    isEntity(entity) &&
    Number.isSafeInteger(timestampMs) &&
    (timestampMs as number) >= 0 &&
    (timestampMs as number) <= 8.64e15 &&
    isText(dataset, 1, 256) &&
    isDimensions(dimensions) &&
    isMeasurements(measurements) &&
    isText(source, 0, 64) &&
    (scope === undefined || typeof scope === 'string') &&
    (units === undefined || everyValue(units, (unit) => typeof unit === 'string')) &&
    (metricKindsOf === undefined || everyValue(metricKindsOf, (kind) => valueKinds.has(kind)))
  );
}

function isEntity(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { cluster, kind, name } = value;
  return isText(cluster, 1, 128) && !/[/\s]/.test(cluster as string) && kinds.has(kind) && isText(name, 1, 512);
}

function isDimensions(value: unknown): boolean {
  if (!isObject(value)) return false;
  for (const name in value) {
    if (name === '__proto__' || !isText(name, 1, 128) || !isText(value[name], 0, 1024)) return false;
  }
  return true;
}

function isMeasurements(value: unknown): boolean {
  if (!isObject(value)) return false;
  for (const name in value) {
    if (name === '__proto__' || !isText(name, 1, 512) || !Number.isFinite(value[name])) return false;
  }
  return true;
}

function everyValue(value: unknown, check: (value: unknown) => boolean): boolean {
  return isObject(value) && Object.values(value).every(check);
}

function isText(value: unknown, min: number, max: number): boolean {
  return typeof value === 'string' && value.length >= min && value.length <= max;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
