import { RefusedRecordError } from '../shared/domain/errors.ts';
import type { Sample } from '../shared/domain/sample.ts';
import type { IgnoredParts } from './otlp/ignored.ts';

/**
 * A sample as its document alone describes it. The settings then decide to which cluster its host belongs, and the
 * append time decides whether its time is accepted.
 */
export interface Draft extends Omit<Sample, 'entity' | 'timestampMs' | 'scope'> {
  readonly kind: Sample['entity']['kind'];
  readonly name: string;
  /** The host that the cluster rules of the settings are compared with; `undefined` where the document names none. */
  readonly host: string | undefined;
  /** The document's time, ms since 1970; `undefined` where it has none. */
  readonly timeMs: number | undefined;
}

/** A field that was left out of a sample although it has a value. */
export interface SkippedField {
  readonly field: string;
  readonly reason: 'not a number' | 'not finite' | 'unsafe name' | 'given twice' | 'too many' | 'a list of objects';
}

/** The result of reading one document. */
export interface Read {
  readonly drafts: readonly Draft[];
  readonly skipped: readonly SkippedField[];
  /** The parts that became no sample, of a record of OpenTelemetry: `{ exemplar: 3 }`. */
  readonly ignored?: IgnoredParts;
}

/**
 * Returns a text that a document must have to be a sample.
 * @param remedy the end of the error's message, which describes what was expected
 * @throws {RefusedRecordError} `no entity`, naming the field, if `value` is `undefined`
 */
export function required(value: string | undefined, field: string, remedy: string): string {
  if (value !== undefined) return value;
  throw new RefusedRecordError('no entity', `${field}: missing; ${remedy}`);
}

/** Returns the entries of a record whose values are not `undefined`. */
export function defined<T>(entries: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).filter((entry): entry is [string, T] => entry[1] !== undefined));
}
