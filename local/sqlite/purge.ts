import { dayMs } from '../../functions/shared/domain/durations.ts';
import { retentionMs, type Topic, topics } from '../../functions/shared/log/topics.ts';
import type { Family } from '../../functions/shared/ports/warehouse.ts';
import { turns } from '../../functions/shared/time/event-loop.ts';
import { keptDays } from '../../functions/shared/warehouse/retention.ts';
import { identityKeptMs } from './bulk-identities.ts';
import type { Database } from './database.ts';
import type { DocumentGroups } from './document-groups.ts';
import { placeSize } from './log.ts';
import type { Counters } from './totals.ts';
import type { SqliteWarehouse } from './warehouse.ts';

/** Milliseconds that a message is kept which was given up, as on SQS. */
export const deadMessageKeptMs = 14 * dayMs;
/** The most replays whose progress is kept: those that began last. */
export const replaysMax = 1_000;

interface Partition {
  readonly place: number;
  readonly topic: string;
}

/** The most rows that one transaction deletes: some ten milliseconds. */
const sliceRows = 1_000;
/** The most batches that one transaction deletes, in the same time. */
const sliceBatches = 50;

/** The tables whose rows are kept for a time. */
const notes = [
  { table: 'letters', key: 'name', timeMs: 'counted_ms', keptMs: retentionMs[topics.deadLetters] },
  { table: 'deliveries', key: 'receiver, alert', timeMs: 'changed_ms', keptMs: keptDays['offbeat-deliveries'] * dayMs },
  { table: 'bulk_identities', key: 'hash', timeMs: 'appended_ms', keptMs: identityKeptMs },
  { table: 'dead_messages', key: 'id', timeMs: 'at_ms', keptMs: deadMessageKeptMs },
] as const;

/**
 * Deletes what is not needed any more: records that all groups have read and whose retention is over, old documents, and
 * rows of all other tables that would grow for ever. The age of a document counts from when it was written, because the
 * times of a replay may be long past.
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

  /** Deletes in short transactions. Other work of the process runs in between. */
  async run(nowMs: number): Promise<void> {
    const partitions = this.#database.prepare<Partition>('SELECT place, topic FROM partitions ORDER BY place');
    for (const partition of partitions.all()) {
      const keptMs = retentionMs[partition.topic as Topic];
      if (keptMs !== undefined) await this.#inSlices(() => this.#dropRecords(partition, nowMs - keptMs));
    }
    await this.#dropNotes(nowMs);
    for (const [family, days] of Object.entries(keptDays))
      await this.#inSlices(() => this.#dropDocuments(family as Family, nowMs - days * dayMs));
    await this.#inSlices(() => this.#warehouse.series.dropUnseen(nowMs));
    for (const { groups } of this.#warehouse.tables.values()) if (groups !== undefined) await this.#dropGroups(groups);
  }

  /** Repeats a step, each time in a transaction, until it deletes nothing. */
  async #inSlices(drop: () => number): Promise<void> {
    while (this.#database.transaction(drop) > 0) await turns.next();
  }

  /** Deletes the groups whose documents are all deleted. */
  async #dropGroups(groups: DocumentGroups): Promise<void> {
    let after: number | undefined = 0;
    while (after !== undefined) {
      const from: number = after;
      after = this.#database.transaction(() => groups.dropEmpty(from));
      await turns.next();
    }
  }

  /** Deletes old rows that prevent repeated work, and old messages that were given up. */
  async #dropNotes(nowMs: number): Promise<void> {
    for (const { table, key, timeMs, keptMs } of notes) {
      const drop = this.#database.prepare(
        `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${timeMs} <= ? LIMIT ${sliceRows})`,
      );
      await this.#inSlices(() => drop.run(nowMs - keptMs));
    }
    this.#database
      .prepare(
        'DELETE FROM replays WHERE hash NOT IN (SELECT hash FROM replays ORDER BY started_ms DESC, hash LIMIT ?)',
      )
      .run(replaysMax);
    this.#database.prepare('DELETE FROM receivers WHERE name NOT IN (SELECT receiver FROM deliveries)').run();
  }

  #dropDocuments(family: Family, untilMs: number): number {
    const dropped = this.#warehouse.tables.get(family)!.dropWrittenUntil(untilMs);
    if (family === 'offbeat-anomalies') this.#counters.add('anomalies', dropped);
    if (family === 'offbeat-alerts') this.#counters.add('alerts', dropped);
    return dropped;
  }

  /** Deletes batches from the first one on. @returns the number of deleted batches */
  #dropRecords({ place, topic }: Partition, untilMs: number): number {
    const from = place * placeSize;
    const readUpTo = this.#readUpTo(topic, place) ?? placeSize;
    const batches = this.#database.prepare<{ at: number; count: number }>(
      'SELECT at, count FROM batches WHERE at >= ? AND at < ? AND time_ms <= ? ORDER BY at LIMIT ?',
    );
    let dropped = 0;
    let end = 0;
    for (const { at, count } of batches.all(from, from + placeSize, untilMs, sliceBatches)) {
      if (at - from + count > readUpTo) break;
      end = at - from + count;
      dropped += 1;
    }
    if (dropped === 0) return 0;
    this.#database.prepare('DELETE FROM batches WHERE at >= ? AND at < ?').run(from, from + end);
    this.#database.prepare('UPDATE partitions SET first_offset = ? WHERE place = ?').run(end, place);
    return dropped;
  }

  /**
   * Returns the lowest offset that a group still wants of this partition. A group that has committed an offset of any
   * partition of the topic reads all of them.
   * @returns `undefined` if no group reads the topic
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
