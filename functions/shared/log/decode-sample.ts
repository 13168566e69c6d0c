import { dayMs } from '../domain/durations.ts';
import { entityKinds } from '../domain/entity.ts';
import { isObject, type JsonObject } from '../domain/json-object.ts';
import { isName, isUnit } from '../domain/name.ts';
import {
  factCharactersMax,
  factsMax,
  latestDateMs,
  lineCharactersMax,
  metricKinds,
  type Sample,
  sampleSchema,
} from '../domain/sample.ts';
import { dimensionCharactersMax } from '../domain/series.ts';
import { decodeWith, parseJson } from './decode.ts';
import type { LogRecord } from './record.ts';

const kinds: ReadonlySet<unknown> = new Set(entityKinds);
const valueKinds: ReadonlySet<unknown> = new Set(metricKinds);

/**
 * Returns a record's value as a sample. The checks are written by hand, because those of zod take as long as the whole
 * detection. A value that fails them is checked again by the schema, which words the refusal.
 * @throws {RefusedRecordError} `not JSON` or `not a sample`, naming the field
 */
export function decodeSample(record: LogRecord): Sample {
  const value = parseJson(record);
  return isSample(value) ? value : decodeWith(sampleSchema, record, 'not a sample');
}

/**
 * Returns whether a value is a sample. It is true for no value that {@link sampleSchema} refuses; it may be false for some
 * that the schema accepts.
 */
export function isSample(value: unknown): value is Sample {
  if (!isObject(value)) return false;
  const { entity, timestampMs, dataset, dimensions, measurements, source, scope, units, kinds: metricKindsOf } = value;
  return (
    isEntity(entity) &&
    isInteger(timestampMs, 0, latestDateMs) &&
    isText(dataset, 1, 256) &&
    isRecord(dimensions, 128, (text) => isText(text, 0, dimensionCharactersMax)) &&
    isRecord(measurements, 512, Number.isFinite) &&
    isText(source, 0, 64) &&
    (scope === undefined || isText(scope, 1, 128)) &&
    (units === undefined || isRecord(units, 512, (unit) => typeof unit === 'string' && isUnit(unit))) &&
    (metricKindsOf === undefined || isRecord(metricKindsOf, 512, (kind) => valueKinds.has(kind))) &&
    isOfVersion2(value)
  );
}

/** Checks what version 2 added. */
function isOfVersion2({ facts, startMs, periodMs, line }: JsonObject): boolean {
  return (
    (facts === undefined ||
      (isRecord(facts, 128, (text) => isText(text, 1, factCharactersMax)) &&
        Object.keys(facts as JsonObject).length <= factsMax)) &&
    (startMs === undefined || isInteger(startMs, 0, latestDateMs)) &&
    (periodMs === undefined || isInteger(periodMs, 1, dayMs)) &&
    (line === undefined ||
      (isObject(line) &&
        isText(line.text, 0, lineCharactersMax) &&
        (line.id === undefined || isInteger(line.id, 0, 2 ** 32 - 1))))
  );
}

function isInteger(value: unknown, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

function isEntity(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { cluster, kind, name } = value;
  return isText(cluster, 1, 128) && !/[/\s]/.test(cluster as string) && kinds.has(kind) && isText(name, 1, 512);
}

/**
 * Returns whether a value maps names of 1 to `nameMax` characters to fitting values, without `__proto__`, as for zod.
 */
function isRecord(value: unknown, nameMax: number, fits: (value: unknown) => boolean): boolean {
  if (!isObject(value)) return false;
  for (const name in value) {
    if (name === '__proto__' || !isText(name, 1, nameMax) || !fits(value[name])) return false;
  }
  return true;
}

function isText(value: unknown, min: number, max: number): boolean {
  return typeof value === 'string' && value.length >= min && value.length <= max && isName(value);
}
