import type * as z from 'zod';
import { type Alert, alertSchema, alertVersion } from '../domain/alert.ts';
import { check } from '../domain/check.ts';
import { RefusedRecordError } from '../domain/errors.ts';
import { shown, shownText } from '../domain/shown.ts';
import { type Tick, tickSchema } from '../domain/signal.ts';
import { type SilenceRecord, silenceSchema, silenceVersion } from '../domain/silence.ts';
import { type Summary, summarySchema, summaryVersion } from '../domain/summary.ts';
import { textOf } from '../domain/text-of.ts';
import { header, type LogRecord } from './record.ts';

/**
 * Parses a record's value as JSON. A byte order mark in front of it is left out.
 * @throws {RefusedRecordError} `not JSON`
 */
export function parseJson({ value }: LogRecord): unknown {
  if (value === null) throw new RefusedRecordError('not JSON', 'value: expected JSON, got a tombstone');
  try {
    return JSON.parse(textOf(value));
  } catch (cause) {
    throw new RefusedRecordError('not JSON', `value: ${shownText(String(cause), 200)}`, { cause });
  }
}

/**
 * Returns a record's value, checked by a schema.
 * @param reason the reason of a refusal: `not an alert`
 * @throws {RefusedRecordError} `not JSON` or `reason`, naming the fields that are wrong
 */
export function decodeWith<T>(schema: z.ZodType<T>, record: LogRecord, reason: string): T {
  const checked = check(schema, parseJson(record));
  if ('value' in checked) return checked.value;
  throw new RefusedRecordError(reason, checked.faults);
}

/** Returns the refusal of a record whose header `schema` is none of the expected ones. */
export function unknownSchema({ headers }: LogRecord, expected: readonly string[]): RefusedRecordError {
  const which = expected.length === 1 ? expected[0] : `one of ${expected.join(', ')}`;
  const schema = headers[header.schema];
  return new RefusedRecordError(
    'unknown schema',
    `header ${header.schema}: expected ${which}, got ${schema === undefined ? 'none' : shown(schema)}`,
  );
}

/**
 * Decodes an alert.
 * @throws {RefusedRecordError} `unknown schema`, `not JSON` or `not an alert`
 */
export function decodeAlert(record: LogRecord): Alert {
  if (record.headers[header.schema] !== alertVersion) throw unknownSchema(record, [alertVersion]);
  return decodeWith(alertSchema, record, 'not an alert');
}

/**
 * Decodes a silence.
 * @throws {RefusedRecordError} `unknown schema`, `not JSON` or `not a silence`
 */
export function decodeSilence(record: LogRecord): SilenceRecord {
  if (record.headers[header.schema] !== silenceVersion) throw unknownSchema(record, [silenceVersion]);
  return decodeWith(silenceSchema, record, 'not a silence');
}

/**
 * Decodes a summary.
 * @throws {RefusedRecordError} `unknown schema`, `not JSON` or `not a summary`
 */
export function decodeSummary(record: LogRecord): Summary {
  if (record.headers[header.schema] !== summaryVersion) throw unknownSchema(record, [summaryVersion]);
  return decodeWith(summarySchema, record, 'not a summary');
}

/**
 * Decodes the value of a `tick/1` or an `end/1`; the reader distinguishes them by the header `schema`.
 * @throws {RefusedRecordError} `not JSON` or `not a tick`
 */
export function decodeTick(record: LogRecord): Tick {
  return decodeWith(tickSchema, record, 'not a tick');
}
