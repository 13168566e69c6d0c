import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DamagedStoreError, UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { Database } from '../../../local/sqlite/database.ts';
import { newPath } from './open-store.ts';
import { spoilOpen } from './spoil.ts';

function openDatabase(path = ':memory:') {
  const database = new Database(path);
  onTestFinished(() => database.close());
  database.exec('CREATE TABLE words (word TEXT PRIMARY KEY, bytes BLOB) STRICT');
  const insert = database.prepare('INSERT INTO words (word, bytes) VALUES (?, ?)');
  const select = database.prepare<{ word: string }>('SELECT word FROM words ORDER BY word');
  return { database, insert, words: () => select.all().map(({ word }) => word) };
}

describe('a transaction', () => {
  it('makes all changes, and returns the value of its body', () => {
    const { database, insert, words } = openDatabase();
    expect(database.transaction(() => insert.run('a', null) + insert.run('b', null))).toBe(2);
    expect(words()).toEqual(['a', 'b']);
  });

  it('changes nothing if its body throws, and the next one works', () => {
    const { database, insert, words } = openDatabase();
    const fails = () =>
      database.transaction(() => {
        insert.run('a', null);
        throw new Error('in the middle');
      });
    expect(fails).toThrow('in the middle');
    expect(words()).toEqual([]);
    database.transaction(() => insert.run('b', null));
    expect(words()).toEqual(['b']);
  });

  it('changes nothing if a statement fails', () => {
    const { database, insert, words } = openDatabase();
    const fails = () => database.transaction(() => insert.run('a', null) + insert.run('a', null));
    expect(fails).toThrow('UNIQUE constraint failed');
    expect(words()).toEqual([]);
    database.transaction(() => insert.run('a', null));
  });
});

describe('an error of SQLite', () => {
  it('that is temporary, such as a full disk, is retriable and keeps its cause, and the data stays', () => {
    const { database, insert, words } = openDatabase(newPath());
    insert.run('before', null);
    database.exec('PRAGMA max_page_count = 20');
    const full = () =>
      database.transaction(() => {
        insert.run('first', null);
        insert.run('large', Buffer.alloc(1_000_000));
      });
    expect(full).toThrow(UnavailableError);
    expect(full).toThrow('the store failed: database or disk is full');
    expect(full).toThrow(expect.objectContaining({ cause: expect.objectContaining({ code: 'ERR_SQLITE_ERROR' }) }));
    expect(words()).toEqual(['before']);
    database.exec('PRAGMA max_page_count = 2000');
    database.transaction(() => insert.run('after', Buffer.alloc(1_000_000)));
    expect(words()).toEqual(['after', 'before']);
  });

  it('for a lock of another process is retriable', () => {
    const path = newPath();
    const { database, insert, words } = openDatabase(path);
    database.exec('PRAGMA busy_timeout = 1');
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE; INSERT INTO words (word) VALUES ('theirs')");
    expect(() => database.transaction(() => insert.run('ours', null))).toThrow(UnavailableError);
    expect(() => insert.run('ours', null)).toThrow('the store failed: database is locked');
    other.exec('COMMIT');
    other.close();
    database.transaction(() => insert.run('ours', null));
    expect(words()).toEqual(['ours', 'theirs']);
  });

  it('that no retry can resolve is not translated', () => {
    const { insert, database } = openDatabase();
    insert.run('a', null);
    expect(() => insert.run('a', null)).toThrow(expect.not.objectContaining({ name: 'UnavailableError' }));
    expect(() => database.prepare('SELECT * FROM sentences')).toThrow('no such table: sentences');
  });
});

it('rows are read one at a time, and a reader that stops early leaves no statement open', () => {
  const { database, insert } = openDatabase(newPath());
  for (const word of ['a', 'b', 'c']) insert.run(word, null);
  const rows = database.prepare<[string]>('SELECT word FROM words ORDER BY word').returningArrays();
  for (const [word] of rows.iterate()) {
    if (word === 'b') break;
  }
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  expect(database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()).toEqual({ busy: 0, log: 0, checkpointed: 0 });
  expect([...rows.iterate()]).toEqual([['a'], ['b'], ['c']]);
});

describe('a commit', () => {
  const synchronous = (database: Database) => database.prepare('PRAGMA synchronous').get();

  it.each([
    ['in order', 1],
    ['on disk', 2],
  ] as const)('is as durable as is usual in its database, if it asks for nothing: %s', (usual, level) => {
    const database = new Database(newPath(), usual);
    onTestFinished(() => database.close());
    expect(database.transaction(() => synchronous(database))).toEqual({ synchronous: level });
  });

  it('with durability on disk is on it, and the next one has the usual durability again', () => {
    const { database } = openDatabase(newPath());
    expect(database.transaction(() => synchronous(database), 'on disk')).toEqual({ synchronous: 2 });
    expect(synchronous(database)).toEqual({ synchronous: 1 });
  });

  it('leaves the usual durability to the next one if its body throws', () => {
    const { database } = openDatabase(newPath());
    const fails = () =>
      database.transaction(() => {
        throw new Error('in the middle');
      }, 'on disk');
    expect(fails).toThrow('in the middle');
    expect(synchronous(database)).toEqual({ synchronous: 1 });
  });
});

describe('damage', () => {
  it('that a statement finds rejects damaged, with the file and the remedy', async () => {
    const path = newPath();
    const { database, insert, words } = openDatabase(path);
    for (let nth = 0; nth < 2_000; nth += 1) insert.run(`word-${nth}`, Buffer.alloc(100));
    spoilOpen(path);
    const message = `${path} is damaged: database disk image is malformed; put a copy that "npx offbeat backup" made in its place`;
    expect(words).toThrow(DamagedStoreError);
    expect(words).toThrow(message);
    await expect(database.damaged).rejects.toThrow(message);
  });
});
