import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import type { BulkChanges, BulkEntry, BulkIdentities, BulkLog } from '../../functions/shared/ports/bulk-log.ts';
import type { EventLog } from '../../functions/shared/ports/event-log.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import { KeyedMutex } from './keyed-mutex.ts';
import { settleBulk } from './settle-bulk.ts';

/**
 * Returns a bulk log over an event log that keeps no identities. The store notes the identities once the log has
 * acknowledged the documents: if the process dies in between, a repeated document is appended once more.
 */
export function bulkLogOverEventLog(
  eventLog: EventLog,
  identities: BulkIdentities,
  telemetry: Pick<Telemetry, 'warn'>,
): BulkLog {
  // A client that waited too long sends its request again while the first one is still in progress.
  const mutex = new KeyedMutex();
  return {
    append: (entries) =>
      mutex.runExclusive(hashesOf(entries), async () => {
        const steps = settleBulk(entries, identities.versionsOf(entries));
        let step = steps.next();
        while (!step.done) step = steps.next(await eventLog.append(step.value));
        note(step.value.changes, identities, telemetry);
        return step.value.outcomes;
      }),
  };
}

const hashesOf = (entries: readonly BulkEntry[]): Set<string> =>
  new Set(entries.flatMap(({ identity }) => (identity === undefined ? [] : [identity.hash])));

/** Notes identities. Only warns if the store fails: the documents are in the log, and an error would make the client repeat them. */
function note(changes: BulkChanges, identities: BulkIdentities, telemetry: Pick<Telemetry, 'warn'>): void {
  try {
    identities.note(changes);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    telemetry.warn(`the identities of ${changes.appended.size} documents were not noted: ${error.message}`);
  }
}
