import type { SkippedField } from '../draft.ts';
import type { IgnoredPart } from './ignored.ts';

/** Counts what became of the parts of one record. */
export class Tally {
  readonly skipped: SkippedField[] = [];
  readonly ignored: Partial<Record<IgnoredPart, number>> = {};
  /** The number of data points and log records that became a part of a sample. */
  read = 0;

  /** Notes fields that were left out although they have a value. */
  skip(field: string, reason: SkippedField['reason'], count: number): void {
    const skipped = { field, reason };
    for (let nth = 0; nth < count; nth += 1) this.skipped.push(skipped);
  }

  ignore(reason: IgnoredPart, count: number): void {
    this.ignored[reason] = (this.ignored[reason] ?? 0) + count;
  }

  /** Counts points and log records of a resource that names no entity. */
  withoutEntity(count: number): void {
    this.ignore('no entity', count);
  }
}
