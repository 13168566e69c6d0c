import { rejectionOf } from './dead-letter.ts';
import type { LogRecord } from './record.ts';
import type { Rejection } from './reject-records.ts';

/** What the pure part of a stage made of a batch. */
export interface ReadBatch<Value> {
  /** In order, each with the record it was made of. */
  readonly read: readonly { readonly record: LogRecord; readonly value: Value }[];
  readonly refusals: readonly Rejection[];
}

/**
 * Runs the pure part of a stateless stage over a batch. Whatever it throws concerns one record alone, and throws again
 * when that record comes again: so the record is put aside, and the records beside it go on. Calls of ports belong
 * behind this, where a failure makes the batch come again.
 * @param read without I/O
 */
export function readEach<Value>(records: readonly LogRecord[], read: (record: LogRecord) => Value): ReadBatch<Value> {
  const values: { record: LogRecord; value: Value }[] = [];
  const refusals: Rejection[] = [];
  for (const record of records) {
    try {
      values.push({ record, value: read(record) });
    } catch (error) {
      refusals.push({ record, ...rejectionOf(error) });
    }
  }
  return { read: values, refusals };
}
