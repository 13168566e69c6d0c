import { timestampOf } from '../../functions/normalise/timestamp.ts';
import { RefusedRecordError } from '../../functions/shared/domain/errors.ts';
import type { JsonObject } from '../../functions/shared/domain/json-object.ts';
import type { SteadyClock } from '../steady-clock.ts';

/** Gets the times of documents as they come in, before they are appended. */
export type Witness = SteadyClock['witness'];

/** @returns the time of a document, ms since the epoch; `undefined` where it has none that can be read */
export function timeOf(document: JsonObject): number | undefined {
  try {
    return timestampOf(document);
  } catch (error) {
    if (error instanceof RefusedRecordError) return undefined; // The flow says so when it reads the document.
    throw error;
  }
}
