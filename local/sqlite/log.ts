import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import { commandVersion } from '../../functions/shared/domain/signal.ts';
import { letterName } from '../../functions/shared/log/dead-letter.ts';
import { isRedriven } from '../../functions/shared/log/position.ts';
import { header, type LogRecord, type OutgoingRecord } from '../../functions/shared/log/record.ts';
import { messageBytesMax, type Topic, topics } from '../../functions/shared/log/topics.ts';
import type { ReadLimits } from '../../functions/shared/ports/broker.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { RefusedAppend } from '../../functions/shared/ports/event-log.ts';
import { newestAppendTime } from '../../functions/shared/time/append-time.ts';
import type { Database, Statement } from './database.ts';
import { decodeBatch, encodeBatches } from './record-batch.ts';
import type { Counters } from './totals.ts';

/**
 * The range of keys of one partition. The key of a batch is `place * placeSize + offset of its first record`: a single integer
 * is SQLite's fastest key, and the batches of a partition are together.
 * @see placesMax in `schema.ts`
 */
export const placeSize = 2 ** 40;

interface Partition {
  readonly first_offset: number;
  readonly next_offset: number;
  readonly newest_ms: number;
}

type BatchRow = readonly [at: number, count: number, timeMs: number, heads: string, values: Uint8Array];

/** The topics, with the semantics of a broker. */
export class Log {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #counters: Counters;
  /** The places of each topic's partitions. */
  readonly #places: ReadonlyMap<string, readonly number[]>;
  readonly #insert: Statement;
  readonly #select: Statement<BatchRow>;
  readonly #partition: Statement<Partition>;
  readonly #moveTail: Statement;
  readonly #countLetter: Statement;
  readonly #countSince: Statement<{ count: number }>;

  constructor(database: Database, clock: Clock, counters: Counters) {
    this.#database = database;
    this.#clock = clock;
    this.#counters = counters;
    this.#places = readPlaces(database);
    this.#insert = database.prepare(
      'INSERT INTO batches (at, count, time_ms, heads, record_values) VALUES (?, ?, ?, ?, ?)',
    );
    // Batches from the one that may contain the offset: it begins at or before the offset.
    this.#select = database
      .prepare<BatchRow>(
        'SELECT at, count, time_ms, heads, record_values FROM batches ' +
          'WHERE at >= coalesce((SELECT max(at) FROM batches WHERE at >= ?1 AND at <= ?2), ?1) AND at < ?3 ORDER BY at',
      )
      .returningArrays();
    this.#partition = database.prepare('SELECT first_offset, next_offset, newest_ms FROM partitions WHERE place = ?');
    this.#moveTail = database.prepare('UPDATE partitions SET next_offset = ?, newest_ms = ? WHERE place = ?');
    this.#countSince = database.prepare(
      'SELECT coalesce(sum(count), 0) AS count FROM batches WHERE at >= ? AND at < ? AND time_ms >= ?',
    );
    this.#countLetter = database.prepare('INSERT OR IGNORE INTO letters (name, counted_ms) VALUES (?, ?)');
  }

  /**
   * Appends all records in one transaction. An operator's command is on the disk when this returns, because the operator
   * gets the answer that it was accepted.
   * @throws {UnavailableError} if a record names a topic or a partition that the layout does not have
   */
  append(records: readonly OutgoingRecord[]): readonly RefusedAppend[] {
    const durability = records.some(isCommand) ? 'on disk' : undefined;
    return this.#database.transaction(() => this.appendWithin(records), durability);
  }

  /** Appends all records within the caller's transaction. */
  appendWithin(records: readonly OutgoingRecord[]): readonly RefusedAppend[] {
    const nowMs = this.#clock.nowMs();
    const refused: RefusedAppend[] = [];
    const accepted = new Map<number, OutgoingRecord[]>();
    for (const [index, record] of records.entries()) {
      const place = this.placeOf(record.topic, record.partition);
      if (record.value.length > messageBytesMax[record.topic as Topic]) {
        refused.push({ index, reason: 'message too large' });
        continue;
      }
      const before = accepted.get(place);
      if (before === undefined) accepted.set(place, [record]);
      else before.push(record);
    }
    for (const [place, ofPlace] of accepted) {
      this.#appendTo(place, ofPlace, nowMs);
      this.#count(ofPlace, nowMs);
    }
    return refused;
  }

  /**
   * Appends records to a partition.
   * @param nowMs the append time. In one partition it never goes back, unless the clock was minutes ahead and is corrected
   */
  #appendTo(place: number, records: readonly OutgoingRecord[], nowMs: number): void {
    const { next_offset, newest_ms } = this.#partition.get(place)!;
    const timeMs = newestAppendTime(newest_ms, nowMs);
    for (const { offset, count, heads, values } of encodeBatches(records, next_offset, timeMs)) {
      this.#insert.run(place * placeSize + offset, count, timeMs, heads, values);
    }
    this.#moveTail.run(next_offset + records.length, timeMs, place);
  }

  /** Counts documents and dead letters. @param records the records of one partition */
  #count(records: readonly OutgoingRecord[], nowMs: number): void {
    const topic = records[0]?.topic;
    if (topic === topics.beats) this.#counters.add('documents', records.filter(isDocument).length);
    if (topic !== topics.deadLetters) return;
    const letters = records.filter((record) => this.#isNewLetter(record, nowMs));
    this.#counters.add('deadLetters', letters.length);
  }

  /** Returns whether a dead letter has a new name. A letter that was appended twice has the same name twice. */
  #isNewLetter({ headers }: OutgoingRecord, nowMs: number): boolean {
    const name = letterName(headers);
    return name === undefined || this.#countLetter.run(name, nowMs) === 1;
  }

  /**
   * Returns records from `offset` on, or from the first record that is still kept, in order.
   * @throws {UnavailableError} if the layout has no such partition
   */
  read(topic: string, partition: number, offset: number, { recordsMax, bytesMax }: ReadLimits): LogRecord[] {
    const from = this.placeOf(topic, partition) * placeSize;
    const records: LogRecord[] = [];
    let bytes = 0;
    for (const [at, count, timeMs, heads, values] of this.#select.iterate(from, from + offset, from + placeSize)) {
      for (const record of decodeBatch({ offset: at - from, count, timeMs, heads, values }, topic, partition)) {
        if (record.offset < offset) continue;
        bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0);
        if (records.length > 0 && (records.length >= recordsMax || bytes > bytesMax)) return records;
        records.push(record);
      }
    }
    return records;
  }

  /** Returns the offset of the first record that is still kept; the next offset if there is none. */
  earliestOffset(topic: string, partition: number): number {
    return this.#partition.get(this.placeOf(topic, partition))!.first_offset;
  }

  /** Returns the number of records that were appended to a partition since a time, and that are still kept. */
  countSince(topic: string, partition: number, sinceMs: number): number {
    const from = this.placeOf(topic, partition) * placeSize;
    return this.#countSince.get(from, from + placeSize, sinceMs)!.count;
  }

  /** Returns the offset that the next record will get. */
  endOffset(topic: string, partition: number): number {
    return this.#partition.get(this.placeOf(topic, partition))!.next_offset;
  }

  /** Returns the place of a partition. @throws {UnavailableError} if the layout does not have it */
  placeOf(topic: string, partition: number): number {
    const place = this.#places.get(topic)?.[partition];
    if (place === undefined) throw new UnavailableError(`the layout has no partition ${topic}/${partition}`);
    return place;
  }
}

/** Returns the places of each topic's partitions. The place of a partition is its number within the store. */
function readPlaces(database: Database): Map<string, number[]> {
  const rows = database.prepare<{ place: number; topic: string }>(
    'SELECT place, topic FROM partitions ORDER BY topic, partition',
  );
  const byTopic = Map.groupBy(rows.all(), ({ topic }) => topic);
  return new Map([...byTopic].map(([topic, of]) => [topic, of.map(({ place }) => place)]));
}

const isCommand = ({ headers }: OutgoingRecord): boolean => headers[header.schema] === commandVersion;

/** Returns whether a record is a new document. Ticks and end records have a schema; a redriven one was counted before. */
function isDocument({ headers }: OutgoingRecord): boolean {
  return headers[header.schema] === undefined && !isRedriven(headers);
}
