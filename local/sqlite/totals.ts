import type { Database, Statement } from './database.ts';

/** The counts over a store's whole life. Purged items stay counted. */
export interface Totals {
  /** The documents that were appended to `beats`. A redriven document counts once. */
  readonly documents: number;
  /** The samples of the warehouse, each once. */
  readonly samples: number;
  /** The series of the warehouse's samples. `SeriesSeen` has the cases in which one counts again, or not at all. */
  readonly series: number;
  readonly anomalies: number;
  readonly alerts: number;
  /** The dead letters of the log, each once, and the messages that notify gave up. */
  readonly deadLetters: number;
}

/** The names of the counters. Those of anomalies and alerts count only purged ones; the others are in the tables. */
type Counter = 'documents' | 'samples' | 'deadLetters' | 'series' | 'anomalies' | 'alerts';

/** The stored counters, for items that are deleted later. */
export class Counters {
  readonly #add: Statement;
  readonly #get: Statement<{ count: number }>;

  constructor(database: Database) {
    this.#add = database.prepare(
      'INSERT INTO totals (name, count) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET count = count + excluded.count',
    );
    this.#get = database.prepare('SELECT count FROM totals WHERE name = ?');
  }

  /** Adds to a counter. The caller calls it in the transaction that stores the counted items. */
  add(counter: Counter, by: number): void {
    if (by > 0) this.#add.run(counter, by);
  }

  get(counter: Counter): number {
    return this.#get.get(counter)?.count ?? 0;
  }
}
