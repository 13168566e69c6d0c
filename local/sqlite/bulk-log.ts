import type { BulkEntry, BulkLog, BulkOutcome } from '../../functions/shared/ports/bulk-log.ts';
import { settleBulk } from '../bulk/settle-bulk.ts';
import type { SqliteBulkIdentities } from './bulk-identities.ts';
import type { Database } from './database.ts';
import type { Log } from './log.ts';

type Outcomes = readonly BulkOutcome[];

/** A request that waits for the next commit. */
interface Waiting extends Pick<PromiseWithResolvers<Outcomes>, 'resolve' | 'reject'> {
  readonly entries: readonly BulkEntry[];
}

/** The most documents of one commit, unless one request has more: a commit blocks the only thread. */
const commitEntriesMax = 4_000;

/**
 * Appends the documents of bulk requests with their identities, in one transaction that is on the disk before the request is
 * answered. Requests that arrive before the next commit share it, up to {@link commitEntriesMax} documents.
 */
export class SqliteBulkLog implements BulkLog {
  readonly #database: Database;
  readonly #log: Log;
  readonly #identities: SqliteBulkIdentities;
  readonly #waiting: Waiting[] = [];

  constructor(database: Database, log: Log, identities: SqliteBulkIdentities) {
    this.#database = database;
    this.#log = log;
    this.#identities = identities;
  }

  append(entries: readonly BulkEntry[]): Promise<Outcomes> {
    const { promise, ...settle } = Promise.withResolvers<Outcomes>();
    this.#waiting.push({ entries, ...settle });
    if (this.#waiting.length === 1) setImmediate(() => this.#commit());
    return promise;
  }

  #commit(): void {
    const waiting = this.#takeNext();
    if (this.#waiting.length > 0) setImmediate(() => this.#commit());
    try {
      const append = () => waiting.map(({ entries }) => this.#appendWithin(entries));
      const outcomes = this.#database.transaction(append, 'on disk');
      for (const [nth, { resolve }] of waiting.entries()) resolve(outcomes[nth]!);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  #takeNext(): readonly Waiting[] {
    let entries = 0;
    const end = this.#waiting.findIndex((waiting, nth) => {
      entries += waiting.entries.length;
      return nth > 0 && entries > commitEntriesMax;
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  #appendWithin(entries: readonly BulkEntry[]): Outcomes {
    const steps = settleBulk(entries, this.#identities.versionsOf(entries));
    let step = steps.next();
    while (!step.done) step = steps.next(this.#log.appendWithin(step.value));
    this.#identities.noteWithin(step.value.changes);
    return step.value.outcomes;
  }
}
