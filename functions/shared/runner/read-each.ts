import { rejectionOf } from '../log/dead-letter.ts';
import type { LogRecord } from '../log/record.ts';
import type { Rejection } from './reject-records.ts';

/** The result of the pure part of a stage for a batch. */
export interface ReadBatch<Value> {
  /** The values in order, each with its record. */
  readonly read: readonly { readonly record: LogRecord; readonly value: Value }[];
  readonly refusals: readonly Rejection[];
}

/**
 * Runs the pure part of a stage without state over a batch. An error of it concerns one record, and would occur again at
 * each retry. So the record is rejected, and the other records continue. Calls of ports come after this
 * function; an error of a port makes Lambda retry the whole batch.
 * @param read the pure part, without I/O
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
