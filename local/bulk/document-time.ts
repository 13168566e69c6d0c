import { timestampOf } from '../../functions/normalise/timestamp.ts';
import { RefusedRecordError } from '../../functions/shared/domain/errors.ts';
import type { JsonObject } from '../../functions/shared/domain/json-object.ts';

/** Returns the time of a document, ms since the epoch; `undefined` if it has none, or none that can be read. */
export function timeOf(document: JsonObject): number | undefined {
  try {
    return timestampOf(document);
  } catch (error) {
    if (error instanceof RefusedRecordError) return undefined; // The flow reports this when it reads the document.
    throw error;
  }
}
