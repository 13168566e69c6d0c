import { dayMs } from '../../domain/durations.ts';
import { retentionMs, type Topic, topics } from '../../domain/topics.ts';
import { type Family, keptDays } from '../../ports/warehouse.ts';
import { identityKeptMs } from './bulk-identities.ts';
import type { Database } from './database.ts';
import type { FamilyTable } from './family-table.ts';
import { placeSize } from './log.ts';

/** How long documents are kept, counted from when they were written: a replay's own times may be long past. */
const documentsKeptMs: Partial<Record<Family, number>> = {
  'offbeat-samples': keptDays['offbeat-samples'] * dayMs,
  'offbeat-summaries': keptDays['offbeat-summaries'] * dayMs,
  'offbeat-deliveries': keptDays['offbeat-deliveries'] * dayMs,
};

interface Partition {
  readonly place: number;
  readonly topic: string;
  readonly first_offset: number;
}

/**
 * Drops what nobody needs any more: records read by all and past their retention, old documents, and old identities of
 * bulk requests.
 */
export class Purge {
  readonly #database: Database;
  readonly #tables: ReadonlyMap<Family, FamilyTable>;

  constructor(database: Database, tables: ReadonlyMap<Family, FamilyTable>) {
    this.#database = database;
    this.#tables = tables;
  }

  run(nowMs: number): void {
    const partitions = this.#database.prepare<Partition>(
      'SELECT place, topic, first_offset FROM partitions ORDER BY place',
    );
    for (const partition of partitions.all()) {
      const keptMs = retentionMs[partition.topic as Topic];
      if (keptMs !== undefined) this.#dropRecords(partition, nowMs - keptMs);
    }
    this.#database.prepare('DELETE FROM letters WHERE counted_ms <= ?').run(nowMs - retentionMs[topics.deadLetters]);
    this.#database
      .prepare('DELETE FROM deliveries WHERE changed_ms <= ?')
      .run(nowMs - keptDays['offbeat-deliveries'] * dayMs);
    this.#database.prepare('DELETE FROM bulk_identities WHERE appended_ms <= ?').run(nowMs - identityKeptMs);
    for (const [family, table] of this.#tables) {
      const keptMs = documentsKeptMs[family];
      if (keptMs !== undefined) table.dropWrittenUntil(nowMs - keptMs);
    }
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
