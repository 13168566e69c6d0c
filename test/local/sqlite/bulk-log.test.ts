import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { dayMs } from '../../../functions/shared/domain/durations.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { Database } from '../../../local/sqlite/database.ts';
import { openStore } from '../../../local/sqlite/store.ts';
import { entry, hashOf } from '../../contract/bulk-entry.ts';
import { ManualClock } from '../memory-broker.ts';
import { layoutOf, newPath, open } from './open-store.ts';

const [a, b] = [hashOf('a'), hashOf('b')];

/** Returns the number of identities in a store on disk. */
function identitiesIn(path: string): number {
  const reader = new DatabaseSync(path, { readOnly: true });
  try {
    return Number(reader.prepare('SELECT count(*) AS count FROM bulk_identities').get()!.count);
  } finally {
    reader.close();
  }
}

/** Changes the tables of a store on disk by another connection. */
function change(path: string, sql: string): void {
  const writer = new DatabaseSync(path);
  try {
    writer.exec(sql);
  } finally {
    writer.close();
  }
}

describe('a bulk request to the store', () => {
  it('keeps its documents and their identities after a restart', async () => {
    const path = newPath();
    const before = open(path);
    await before.bulkLog.append([entry('a', a)]);
    before.close();
    const { bulkLog, broker } = open(path);
    expect(await bulkLog.append([entry('a', a), entry('b', b)])).toEqual([
      { kind: 'repeated', version: 1 },
      { kind: 'appended' },
    ]);
    expect(broker.read(topics.beats, 0, 0, { recordsMax: 10, bytesMax: 1e6 }).map(({ value }) => `${value}`)).toEqual([
      'a',
      'b',
    ]);
  });

  it('that cannot note an identity appends no document', async () => {
    const path = newPath();
    const { bulkLog, broker, totals } = open(path);
    change(path, "CREATE TRIGGER refuse BEFORE INSERT ON bulk_identities BEGIN SELECT raise(ABORT, 'disk full'); END");
    await expect(bulkLog.append([entry('a', a), entry('b')])).rejects.toThrow('disk full');
    expect(broker.endOffset(topics.beats, 0)).toBe(0);
    expect(totals().documents).toBe(0);
    change(path, 'DROP TRIGGER refuse');
    expect(await bulkLog.append([entry('a', a), entry('b')])).toEqual([{ kind: 'appended' }, { kind: 'appended' }]);
  });

  it.each(['append', 'note'])('leaves nothing when its process is killed after the %s', async (when) => {
    const path = newPath();
    open(path).close();
    const child = spawn(process.execPath, [join(import.meta.dirname, 'killed-bulk.ts'), path, when], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    const { bulkLog, broker } = open(path);
    expect(broker.endOffset(topics.beats, 0)).toBe(0);
    expect(identitiesIn(path)).toBe(0);
    expect(await bulkLog.append([entry('a', a), entry('b', b)])).toEqual([{ kind: 'appended' }, { kind: 'appended' }]);
  });

  it('is forgotten by a purge once its 24 hours are over', async () => {
    const path = newPath();
    const { bulkLog, clock, purge } = open(path);
    await bulkLog.append([entry('a', a)]);
    clock.timeMs += 1;
    await bulkLog.append([entry('b', b)]);
    clock.timeMs += dayMs - 2;
    await purge();
    expect(identitiesIn(path)).toBe(2);
    clock.timeMs += 1;
    await purge();
    expect(identitiesIn(path)).toBe(1);
  });
});

describe('bulk requests at the same time', () => {
  it('share a commit, and each gets its own answer', async () => {
    const { bulkLog, broker } = open(newPath());
    const transactions = vi.spyOn(Database.prototype, 'transaction');
    onTestFinished(() => transactions.mockRestore());
    const answers = await Promise.all([
      bulkLog.append([entry('a', hashOf('1'))]),
      bulkLog.append([entry('b'), entry('again', hashOf('1'))]),
    ]);
    expect(answers.map((outcomes) => outcomes.map(({ kind }) => kind))).toEqual([
      ['appended'],
      ['appended', 'repeated'],
    ]);
    expect(transactions).toHaveBeenCalledTimes(1);
    expect(
      broker.read(topics.beats, 0, 0, { recordsMax: 10, bytesMax: 1_000 }).map(({ value }) => String(value)),
    ).toEqual(['a', 'b']);
  });

  it('all fail if the store fails', async () => {
    const store = openStore(newPath(), layoutOf(), new ManualClock());
    const requests = [store.bulkLog.append([entry('a')]), store.bulkLog.append([entry('b')])];
    store.close();
    for (const request of requests) await expect(request).rejects.toThrow('database is not open');
  });
});
