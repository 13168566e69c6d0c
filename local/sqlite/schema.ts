import { UsageError } from '../../functions/shared/domain/errors.ts';
import type { Layout } from '../../functions/shared/log/layout.ts';
import { type Database, damagedStore } from './database.ts';

/** The most partitions. With 2^40 offsets each, their keys stay below 2^53, up to which JavaScript's numbers are exact. */
const placesMax = 2 ** 13 - 1;

/** The version of the tables, which rises with every change. A store of another version is refused. */
const version = 8;

/** The statements that make the tables, except those of the warehouse, which makes one for each family. */
const tables = `
  CREATE TABLE partitions (
    place INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    first_offset INTEGER NOT NULL DEFAULT 0,
    next_offset INTEGER NOT NULL DEFAULT 0,
    newest_ms INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic, partition)
  ) STRICT;
  CREATE TABLE batches (
    at INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    heads TEXT NOT NULL,
    record_values BLOB NOT NULL
  ) STRICT;
  CREATE TABLE commits (
    reader TEXT NOT NULL,
    place INTEGER NOT NULL,
    next_offset INTEGER NOT NULL,
    PRIMARY KEY (reader, place)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE replays (
    hash TEXT PRIMARY KEY,
    cluster TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    last_line INTEGER NOT NULL,
    done INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE ledger (
    stage TEXT NOT NULL,
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    txn INTEGER NOT NULL,
    next_offset INTEGER,
    newest_ms INTEGER NOT NULL,
    decided_ms INTEGER NOT NULL,
    blocks TEXT NOT NULL,
    pending TEXT,
    attempt TEXT,
    PRIMARY KEY (stage, topic, partition)
  ) STRICT;
  CREATE TABLE objects (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE deliveries (
    receiver TEXT NOT NULL,
    alert TEXT NOT NULL,
    item TEXT NOT NULL,
    unsettled INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    PRIMARY KEY (receiver, alert)
  ) STRICT;
  CREATE INDEX deliveries_unsettled ON deliveries (receiver, alert) WHERE unsettled = 1;
  CREATE INDEX deliveries_changed ON deliveries (changed_ms);
  CREATE TABLE receivers (name TEXT PRIMARY KEY, item TEXT NOT NULL) STRICT;
  CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL,
    body TEXT NOT NULL,
    alert TEXT NOT NULL DEFAULT '',
    visible_ms INTEGER NOT NULL DEFAULT 0,
    receipts INTEGER NOT NULL DEFAULT 0,
    first_received_ms INTEGER,
    in_flight INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX messages_visible ON messages (visible_ms);
  CREATE TABLE dead_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    body TEXT NOT NULL,
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_ms INTEGER NOT NULL,
    visible_ms INTEGER NOT NULL DEFAULT 0,
    receipts INTEGER NOT NULL DEFAULT 0,
    first_received_ms INTEGER,
    in_flight INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE totals (name TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE series (name TEXT PRIMARY KEY, seen_day INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE letters (name TEXT PRIMARY KEY, counted_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE warehouses (address TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE bulk_identities (
    hash BLOB PRIMARY KEY,
    appended_ms INTEGER NOT NULL,
    version INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX bulk_identities_appended ON bulk_identities (appended_ms);
`;

/** The largest file that is checked completely when it is opened: 0.3 s from memory, some seconds from a slow disk. */
const checkedBytesMax = 2 ** 30;

/**
 * Checks the structure of a store of up to 1 GiB. Damage in a larger store is found when it is read.
 * @throws {DamagedStoreError} if a part of it is missing or malformed
 */
export function refuseDamaged(database: Database, path: string): void {
  const { bytes } = database
    .prepare<{ bytes: number }>('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size')
    .get()!;
  if (bytes > checkedBytesMax) return;
  const { quick_check: found } = database.prepare<{ quick_check: string }>('PRAGMA quick_check(1)').get()!;
  if (found !== 'ok') throw damagedStore(path, found.replace('*** in database main ***', ''));
}

/** The mark of a store in the header of its file: `OFBT`. */
export const applicationId = 0x4f464254;

/**
 * Makes the tables of a new store.
 * @throws {UsageError} if the file was made by an Offbeat with other tables, or by something else
 */
export function makeTables(database: Database, path: string): void {
  const ask = (sql: string): number => database.prepare<{ answer: number }>(sql).get()!.answer;
  database.transaction(() => {
    const maker = ask('SELECT application_id AS answer FROM pragma_application_id');
    const isNew = ask('SELECT count(*) AS answer FROM sqlite_schema') === 0;
    if (maker !== applicationId && !isNew) {
      throw new UsageError(`${path} is no store of Offbeat: choose another directory with --data`);
    }
    const found = ask('SELECT user_version AS answer FROM pragma_user_version');
    if (!isNew && found !== version) {
      const made = found > version ? 'a newer Offbeat' : 'an earlier Offbeat, before its first release';
      throw new UsageError(
        `${path} was made by ${made} (version ${found} of the store, this one reads ${version}): ` +
          `${found > version ? 'update Offbeat' : 'delete it'}, or choose another directory with --data`,
      );
    }
    if (isNew) database.exec(tables);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version}`);
  });
}

/**
 * Makes the partitions of a layout, all of a topic at once.
 * @throws {UsageError} if the store was made with other counts: a key must keep its partition
 */
export function layOut(database: Database, { partitions }: Layout, path: string): void {
  const total = Object.values(partitions).reduce((sum, count) => sum + count, 0);
  if (total > placesMax) {
    throw new UsageError(`${total} partitions are requested; one machine's store has at most ${placesMax}`);
  }
  const stored = database.prepare<{ count: number }>('SELECT count(*) AS count FROM partitions WHERE topic = ?');
  const add = database.prepare('INSERT INTO partitions (topic, partition) VALUES (?, ?)');
  database.transaction(() => {
    for (const [topic, given] of Object.entries(partitions)) {
      const made = stored.get(topic)?.count ?? 0;
      if (made !== 0 && made !== given) {
        throw new UsageError(
          `${path} was made with ${made} partitions of ${topic}, and ${given} are requested; a key must keep its ` +
            `partition: request ${made}, or choose another directory with --data`,
        );
      }
      for (let partition = made; partition < given; partition += 1) add.run(topic, partition);
    }
  });
}
