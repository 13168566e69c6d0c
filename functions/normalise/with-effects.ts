import { RefusedRecordError } from '../shared/domain/errors.ts';
import type { Effect } from '../shared/log/record.ts';
import type { Draft, Read, SkippedField } from './draft.ts';
import type { IgnoredParts } from './otlp/ignored.ts';

/** The result of one record of `beats`. */
export interface Normalised {
  /** The records for `samples`, in order, and the dead letters of documents that were refused beside others. */
  readonly effects: readonly Effect[];
  /** The fields that were left out although they have a value. */
  readonly skipped: readonly SkippedField[];
  /** @see Read */
  readonly ignored?: IgnoredParts;
  /** The reason of the first sample that was refused beside others that were not, which become no dead letter. */
  readonly firstRefusal?: string;
}

/**
 * Returns the effects of what was read. A record of OpenTelemetry has samples of many entities: those that are refused are
 * counted, and the others are kept. A record of any other source is refused as a whole.
 * @param toEffect throws a {@link RefusedRecordError} for a draft that cannot become a sample
 * @throws {RefusedRecordError} the first refusal, if no draft became a sample
 */
export function withEffects({ drafts, skipped, ignored }: Read, toEffect: (draft: Draft) => Effect): Normalised {
  if (ignored === undefined) return { effects: drafts.map(toEffect), skipped };
  const effects: Effect[] = [];
  let refused = 0;
  let first: RefusedRecordError | undefined;
  for (const draft of drafts) {
    try {
      effects.push(toEffect(draft));
    } catch (error) {
      if (!(error instanceof RefusedRecordError)) throw error;
      first ??= error;
      refused += 1;
    }
  }
  if (effects.length === 0 && first !== undefined) throw first;
  if (first === undefined) return { effects, skipped, ignored };
  const firstRefusal = `${first.reason}: ${first.message}`;
  return { effects, skipped, ignored: { ...ignored, 'sample refused': refused }, firstRefusal };
}
