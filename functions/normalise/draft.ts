import { RefusedRecordError } from '../shared/domain/errors.ts';
import type { Sample } from '../shared/domain/sample.ts';

/**
 * A sample as a document alone tells it: which cluster its host belongs to is the settings' affair, and whether its
 * time can be believed the broker's.
 */
export interface Draft extends Omit<Sample, 'entity' | 'timestampMs' | 'scope'> {
  readonly kind: Sample['entity']['kind'];
  readonly name: string;
  /** The host that the cluster rules of the settings look at; `undefined` where the document names none. */
  readonly host: string | undefined;
  /** ms since the epoch; `undefined` where the document has no time. */
  readonly timeMs: number | undefined;
}

/** A field that was left out of a sample although something stood there. */
export interface SkippedField {
  readonly field: string;
  readonly reason: 'not a number' | 'not finite' | 'unsafe name';
}

/** What one document came to. */
export interface Read {
  readonly drafts: readonly Draft[];
  readonly skipped: readonly SkippedField[];
}

/** @throws {RefusedRecordError} `no entity`, naming the field */
export function required(value: string | undefined, field: string, remedy: string): string {
  if (value !== undefined) return value;
  throw new RefusedRecordError('no entity', `${field}: missing; ${remedy}`);
}
