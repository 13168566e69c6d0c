import { dayMs } from '../../functions/shared/domain/durations.ts';
import type { WarehouseDocument } from '../../functions/shared/ports/warehouse.ts';
import type { Database, Statement } from './database.ts';
import type { Counters } from './totals.ts';

/** The number of days that a series is kept after its newest sample. */
const daysKept = 7;
/** The most series that are kept. New series beyond this number are not counted. */
export const seriesRememberedMax = 200_000;

/** The most owners of metrics that are cached; beyond this number, the cache is emptied. */
const ownersCachedMax = 20_000;

const droppedAtOnce = 1_000;

/**
 * Counts the series of all samples. In the document of a sample, the entity is a path, dimensions are labels, and numbers
 * are measurements, except those under `offbeat`. A series that returns after it was forgotten is counted again.
 */
export class SeriesSeen {
  readonly #counters: Counters;
  readonly #max: number;
  readonly #seenDay: Statement<{ seen_day: number }>;
  readonly #renew: Statement;
  readonly #insert: Statement;
  readonly #rows: Statement<{ count: number }>;
  readonly #drop: Statement;
  /** The metrics by entity and dimensions that this process saw on this day: a cache that saves most queries. */
  readonly #known = new Map<string, Set<string>>();
  #knownDay = 0;
  #knownCount = 0;
  #rowCount: number;

  constructor(database: Database, counters: Counters, max = seriesRememberedMax) {
    this.#counters = counters;
    this.#max = max;
    this.#seenDay = database.prepare('SELECT seen_day FROM series WHERE name = ?');
    this.#renew = database.prepare('UPDATE series SET seen_day = ? WHERE name = ?');
    this.#insert = database.prepare('INSERT INTO series (name, seen_day) VALUES (?, ?)');
    this.#rows = database.prepare('SELECT count(*) AS count FROM series');
    this.#drop = database.prepare(
      `DELETE FROM series WHERE name IN (SELECT name FROM series WHERE seen_day < ? LIMIT ${droppedAtOnce})`,
    );
    this.#rowCount = this.#countRows();
  }

  /** Counts new series of a sample. The caller calls it in the transaction that writes the sample. */
  note(sample: WarehouseDocument, nowMs: number): void {
    const day = Math.floor(nowMs / dayMs);
    if (day !== this.#knownDay || this.#known.size >= ownersCachedMax || this.#knownCount >= this.#max)
      this.#forgetKnown(day);
    const owner = ownerOf(sample);
    let metrics = this.#known.get(owner);
    if (metrics === undefined) {
      metrics = new Set();
      this.#known.set(owner, metrics);
    }
    for (const field in sample) {
      // Offbeat's own numbers, such as the period, measure nothing. A metric of such a name is stored as another one.
      if (typeof sample[field] !== 'number' || field.startsWith('offbeat.') || metrics.has(field)) continue;
      this.#remember(`${owner} ${field}`, day);
      metrics.add(field);
      this.#knownCount += 1;
    }
  }

  #remember(name: string, day: number): void {
    const seenDay = this.#seenDay.get(name)?.seen_day;
    if (seenDay !== undefined) {
      if (seenDay < day) this.#renew.run(day, name);
    } else if (this.#rowCount < this.#max) {
      this.#insert.run(name, day);
      this.#rowCount += 1;
      this.#counters.add('series', 1);
    }
  }

  /** Empties the cache. The caller calls it after the transaction was rolled back. */
  forget(): void {
    this.#forgetKnown(this.#knownDay);
    this.#rowCount = this.#countRows();
  }

  #forgetKnown(day: number): void {
    this.#known.clear();
    this.#knownCount = 0;
    this.#knownDay = day;
  }

  /** Deletes series that were not seen for 7 days, at most a thousand. @returns the number of deleted series */
  dropUnseen(nowMs: number): number {
    const dropped = this.#drop.run(Math.floor(nowMs / dayMs) - daysKept);
    if (dropped > 0) this.#forgetKnown(this.#knownDay);
    this.#rowCount -= dropped;
    return dropped;
  }

  /** The number of series that are kept. */
  get remembered(): number {
    return this.#rowCount;
  }

  #countRows(): number {
    return this.#rows.get()?.count ?? 0;
  }
}

function ownerOf(sample: WarehouseDocument): string {
  const labels: string[] = [];
  for (const field in sample) {
    if (field.startsWith('labels.')) labels.push(`${field}=${sample[field]}`);
  }
  return `${sample['offbeat.entity.path']}{${labels.sort().join()}}`;
}
