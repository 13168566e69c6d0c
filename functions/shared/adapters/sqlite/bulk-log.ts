import type { BulkEntry, BulkLog, BulkOutcome } from '../../ports/bulk-log.ts';
import { settleBulk } from '../../settle-bulk.ts';
import type { SqliteBulkIdentities } from './bulk-identities.ts';
import type { Database } from './database.ts';
import type { Log } from './log.ts';

/** The documents of bulk requests and their identities, both or neither. */
export class SqliteBulkLog implements BulkLog {
  readonly #database: Database;
  readonly #log: Log;
  readonly #identities: SqliteBulkIdentities;

  constructor(database: Database, log: Log, identities: SqliteBulkIdentities) {
    this.#database = database;
    this.#log = log;
    this.#identities = identities;
  }

  async append(entries: readonly BulkEntry[]): Promise<readonly BulkOutcome[]> {
    return this.#database.transaction(() => {
      const steps = settleBulk(entries, this.#identities.versionsOf(entries));
      let step = steps.next();
      while (!step.done) step = steps.next(this.#log.appendWithin(step.value));
      this.#identities.noteWithin(step.value.changes);
      return step.value.outcomes;
    });
  }
}
