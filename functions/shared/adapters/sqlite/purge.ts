import { dayMs } from '../../domain/durations.ts';
import { retentionMs, type Topic, topics } from '../../domain/topics.ts';
import { type Family, keptDays } from '../../ports/warehouse.ts';
import { identityKeptMs } from './bulk-identities.ts';
import type { Database } from './database.ts';
import { placeSize } from './log.ts';
import type { Counters } from './totals.ts';
import type { SqliteWarehouse } from './warehouse.ts';

/** A message that was given up is kept for so long, as on SQS. */
export const deadMessageKeptMs = 14 * dayMs;
/** So many recordings are remembered as replayed: the ones that were begun last. */
export const replaysMax = 1_000;

interface Partition {
  readonly place: number;
  readonly topic: string;
  readonly first_offset: number;
}

/**
 * Drops what nobody needs any more: records read by all and past their retention, and old documents, counted from when
 * they were written, because a replay's own times may be long past; and what else would grow for ever.
 */
export class Purge {
  readonly #database: Database;
  readonly #warehouse: SqliteWarehouse;
  readonly #counters: Counters;

  constructor(database: Database, warehouse: SqliteWarehouse, counters: Counters) {
    this.#database = database;
    this.#warehouse = warehouse;
    this.#counters = counters;
  }

  run(nowMs: number): void {
    const partitions = this.#database.prepare<Partition>(
      'SELECT place, topic, first_offset FROM partitions ORDER BY place',
    );
    for (const partition of partitions.all()) {
      const keptMs = retentionMs[partition.topic as Topic];
      if (keptMs !== undefined) this.#dropRecords(partition, nowMs - keptMs);
    }
    this.#dropNotes(nowMs);
    this.#database.transaction(() => {
      for (const [family, days] of Object.entries(keptDays))
        this.#dropDocuments(family as Family, nowMs - days * dayMs);
    });
    this.#warehouse.series.dropUnseen(nowMs);
  }

  /** What is remembered so that nothing is done twice, and messages that were given up. */
  #dropNotes(nowMs: number): void {
    const drop = (sql: string, value: number): number => this.#database.prepare(sql).run(value);
    drop('DELETE FROM letters WHERE counted_ms <= ?', nowMs - retentionMs[topics.deadLetters]);
    drop('DELETE FROM deliveries WHERE changed_ms <= ?', nowMs - keptDays['offbeat-deliveries'] * dayMs);
    drop('DELETE FROM bulk_identities WHERE appended_ms <= ?', nowMs - identityKeptMs);
    drop('DELETE FROM dead_messages WHERE at_ms <= ?', nowMs - deadMessageKeptMs);
    drop(
      'DELETE FROM replays WHERE hash NOT IN (SELECT hash FROM replays ORDER BY started_ms DESC, hash LIMIT ?)',
      replaysMax,
    );
    this.#database.prepare('DELETE FROM receivers WHERE name NOT IN (SELECT receiver FROM deliveries)').run();
  }

  #dropDocuments(family: Family, untilMs: number): void {
    const dropped = this.#warehouse.tables.get(family)!.dropWrittenUntil(untilMs);
    if (family === 'offbeat-anomalies') this.#counters.add('anomalies', dropped);
    if (family === 'offbeat-alerts') this.#counters.add('alerts', dropped);
  }

  /** Whole batches, from the first one on. */
  #dropRecords({ place, topic, first_offset }: Partition, untilMs: number): void {
    const from = place * placeSize;
    this.#database.transaction(() => {
      const readUpTo = this.#readUpTo(topic, place) ?? placeSize;
      const batches = this.#database.prepare<{ at: number; count: number }>(
        'SELECT at, count FROM batches WHERE at >= ? AND at < ? AND time_ms <= ? ORDER BY at',
      );
      let end = first_offset;
      for (const { at, count } of batches.iterate(from, from + placeSize, untilMs)) {
        if (at - from + count > readUpTo) break;
        end = at - from + count;
      }
      if (end === first_offset) return;
      this.#database.prepare('DELETE FROM batches WHERE at >= ? AND at < ?').run(from, from + end);
      this.#database.prepare('UPDATE partitions SET first_offset = ? WHERE place = ?').run(end, place);
    });
  }

  /**
   * The lowest offset that a group of this topic still wants here. A group that has committed on any partition of the
   * topic reads all of them.
   * @returns `undefined` where nobody reads the topic
   */
  #readUpTo(topic: string, place: number): number | undefined {
    const readers = this.#database.prepare<{ next_offset: number }>(`
      SELECT coalesce(commits.next_offset, 0) AS next_offset
      FROM (SELECT DISTINCT reader FROM commits JOIN partitions USING (place) WHERE topic = ?) AS readers
      LEFT JOIN commits ON commits.reader = readers.reader AND commits.place = ?
    `);
    const offsets = readers.all(topic, place).map(({ next_offset }) => next_offset);
    return offsets.length === 0 ? undefined : Math.min(...offsets);
  }
}
