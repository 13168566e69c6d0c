import { RefusedRecordError } from '../shared/domain/errors.ts';
import { deadLetter } from '../shared/log/dead-letter.ts';
import { parseJson } from '../shared/log/decode.ts';
import type { Effect, LogRecord } from '../shared/log/record.ts';
import { topics } from '../shared/log/topics.ts';
import type { SkippedField } from './draft.ts';
import { documentsIn, documentsMax, envelopesMax } from './envelopes.ts';
import type { Normalised } from './with-effects.ts';

/** The envelopes and the documents of one record that may still be opened, whatever is in each other. */
interface Left {
  readonly levels: number;
  readonly documents: { count: number };
}

/** The refusals of an object that may wrap documents. An array may wrap some whatever its refusal. */
const mayWrap: ReadonlySet<string> = new Set(['no entity', 'no measurement']);

/**
 * Reads a record, and, if it is refused and wraps documents, each of these as a record of its own. A document that is refused
 * beside others that are not becomes a dead letter with its own bytes alone, so that a redrive repeats no other.
 * @param read throws a {@link RefusedRecordError} for a record that it cannot read
 * @throws {RefusedRecordError} if nothing of the record can be read
 */
export function readWithSplit(record: LogRecord, read: (record: LogRecord) => Normalised): Normalised {
  return readWithin(record, read, { levels: envelopesMax, documents: { count: documentsMax } });
}

function readWithin(record: LogRecord, read: (record: LogRecord) => Normalised, left: Left): Normalised {
  try {
    return read(record);
  } catch (error) {
    const parts = error instanceof RefusedRecordError && left.levels > 0 ? partsOf(record, error, left) : undefined;
    if (parts === undefined) throw error;
    return joined(parts, (part) => readWithin(part, read, { ...left, levels: left.levels - 1 }));
  }
}

/** Returns the documents of a record as records; `undefined` for a record that wraps none, or too many. */
function partsOf(record: LogRecord, { reason }: RefusedRecordError, left: Left): readonly LogRecord[] | undefined {
  const value = jsonOf(record);
  if (!Array.isArray(value) && !mayWrap.has(reason)) return undefined;
  try {
    const documents = documentsIn(value);
    if (documents === undefined || documents.length > left.documents.count) return undefined;
    left.documents.count -= documents.length;
    return documents.map((document) => ({ ...record, value: Buffer.from(JSON.stringify(document)) }));
  } catch (error) {
    if (error instanceof RangeError) return undefined; // It is nested too deep to be written.
    throw error;
  }
}

/** Returns a record's JSON; `undefined` for one that has none, such as one in protobuf. */
function jsonOf(record: LogRecord): unknown {
  try {
    return parseJson(record);
  } catch {
    return undefined; // The refusal that is known already says more.
  }
}

/** @throws {RefusedRecordError} the first refusal, if every document is refused */
function joined(parts: readonly LogRecord[], read: (part: LogRecord) => Normalised): Normalised {
  const effects: Effect[] = [];
  const skipped: SkippedField[] = [];
  const ignored: Record<string, number> = {};
  let first: RefusedRecordError | undefined;
  let firstRefusal: string | undefined;
  for (const [nth, part] of parts.entries()) {
    try {
      const found = read(part);
      firstRefusal ??= found.firstRefusal;
      for (const effect of found.effects) effects.push(effect);
      for (const field of found.skipped) skipped.push(field);
      for (const [reason, count] of Object.entries(found.ignored ?? {})) {
        ignored[reason] = (ignored[reason] ?? 0) + count;
      }
    } catch (error) {
      if (!(error instanceof RefusedRecordError)) throw error;
      const detail = `document ${nth + 1} of ${parts.length}: ${error.message}`;
      first ??= new RefusedRecordError(error.reason, detail);
      effects.push(deadLetter(part, 'normalise', error.reason, detail));
    }
  }
  if (first !== undefined && effects.every(({ topic }) => topic === topics.deadLetters)) throw first;
  return {
    effects,
    skipped,
    ...(Object.keys(ignored).length === 0 ? {} : { ignored }),
    ...(firstRefusal === undefined ? {} : { firstRefusal }),
  };
}
