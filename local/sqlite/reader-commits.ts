import type { Database, Statement } from './database.ts';
import type { Log } from './log.ts';

/** The committed offset of each consumer group and partition. */
export class ReaderCommits {
  readonly #log: Log;
  readonly #get: Statement<{ next_offset: number }>;
  readonly #set: Statement;

  constructor(database: Database, log: Log) {
    this.#log = log;
    this.#get = database.prepare('SELECT next_offset FROM commits WHERE reader = ? AND place = ?');
    this.#set = database.prepare(
      'INSERT INTO commits (reader, place, next_offset) VALUES (?, ?, ?) ' +
        'ON CONFLICT (reader, place) DO UPDATE SET next_offset = excluded.next_offset',
    );
  }

  /** Returns the next offset that the group wants; 0 before its first commit. */
  committed(group: string, topic: string, partition: number): number {
    return this.#get.get(group, this.#log.placeOf(topic, partition))?.next_offset ?? 0;
  }

  commit(group: string, topic: string, partition: number, nextOffset: number): void {
    this.#set.run(group, this.#log.placeOf(topic, partition), nextOffset);
  }
}
