import type { Database, Statement } from './database.ts';

/** What came to a store in its whole life; what is purged stays counted. */
export interface Totals {
  /** Documents that lie or lay in `beats`, one that was redriven once. */
  readonly documents: number;
  /** Samples of the warehouse, each once. */
  readonly samples: number;
  /** Of the warehouse's samples; see `SeriesSeen` for when one is counted again, or not at all. */
  readonly series: number;
  readonly anomalies: number;
  readonly alerts: number;
  /** Records put aside, each once, and messages that notify gave up. */
  readonly deadLetters: number;
}

/** Of anomalies and alerts only those that were purged are counted: the others are there. */
type Counter = 'documents' | 'samples' | 'deadLetters' | 'series' | 'anomalies' | 'alerts';

/** Counts while things come, because later they are gone. */
export class Counters {
  readonly #add: Statement;
  readonly #get: Statement<{ count: number }>;

  constructor(database: Database) {
    this.#add = database.prepare(
      'INSERT INTO totals (name, count) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET count = count + excluded.count',
    );
    this.#get = database.prepare('SELECT count FROM totals WHERE name = ?');
  }

  /** Belongs into the transaction that stores what is counted. */
  add(counter: Counter, by: number): void {
    if (by > 0) this.#add.run(counter, by);
  }

  get(counter: Counter): number {
    return this.#get.get(counter)?.count ?? 0;
  }
}
