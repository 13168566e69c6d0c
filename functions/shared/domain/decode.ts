import type * as z from 'zod';
import { type Alert, alertSchema, alertVersion } from './alert.ts';
import { RefusedRecordError } from './errors.ts';
import { header, type LogRecord } from './record.ts';
import { type Tick, tickSchema } from './signal.ts';
import { type Summary, summarySchema, summaryVersion } from './summary.ts';

/** @throws {RefusedRecordError} `not JSON` */
export function parseJson({ value }: LogRecord): unknown {
  if (value === null) throw new RefusedRecordError('not JSON', 'value: expected JSON, got a tombstone');
  try {
    return JSON.parse(value.toString());
  } catch (cause) {
    throw new RefusedRecordError('not JSON', `value: ${String(cause)}`, { cause });
  }
}

/**
 * A record's value as its schema has it.
 * @param reason of the refusal: `not an alert`
 * @throws {RefusedRecordError} `not JSON` or `reason`, naming each field that is wrong
 */
export function decodeWith<T>(schema: z.ZodType<T>, record: LogRecord, reason: string): T {
  const parsed = schema.safeParse(parseJson(record));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'value'}: ${message}`);
  throw new RefusedRecordError(reason, issues.join('; '), { cause: parsed.error });
}

/** The refusal of a record whose header `schema` is none of the `expected`. */
export function unknownSchema({ headers }: LogRecord, expected: readonly string[]): RefusedRecordError {
  const which = expected.length === 1 ? expected[0] : `one of ${expected.join(', ')}`;
  return new RefusedRecordError(
    'unknown schema',
    `header ${header.schema}: expected ${which}, got ${headers[header.schema] ?? 'none'}`,
  );
}

/** @throws {RefusedRecordError} `unknown schema`, `not JSON` or `not an alert` */
export function decodeAlert(record: LogRecord): Alert {
  if (record.headers[header.schema] !== alertVersion) throw unknownSchema(record, [alertVersion]);
  return decodeWith(alertSchema, record, 'not an alert');
}

/** @throws {RefusedRecordError} `unknown schema`, `not JSON` or `not a summary` */
export function decodeSummary(record: LogRecord): Summary {
  if (record.headers[header.schema] !== summaryVersion) throw unknownSchema(record, [summaryVersion]);
  return decodeWith(summarySchema, record, 'not a summary');
}

/**
 * The value of a `tick/1` or an `end/1`, whichever its reader takes it for.
 * @throws {RefusedRecordError} `not JSON` or `not a tick`
 */
export function decodeTick(record: LogRecord): Tick {
  return decodeWith(tickSchema, record, 'not a tick');
}
