import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { storeFile, takeDataDir } from '../../local/data-dir.ts';
import { writeLoadRecording } from '../support/load-recording.ts';
import { patience } from '../support/patience.ts';
import { type Finished, offbeat, spawnOffbeat } from './run-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-backup-'));
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const recorded = 'events/recordings/cluster-load.ndjson.gz';
const newFolder = (): string => mkdtempSync(join(directory, 'folder-'));

let data = '';
let file = '';
beforeEach(() => {
  data = newFolder();
  file = join(newFolder(), 'copy.db');
});

function rowsOf(path: string, sql: string): unknown[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

/** Returns the totals that a replay printed, without its duration. */
function totalsOf({ status, stdout, stderr }: Finished): object {
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { seconds: _, ...totals } = JSON.parse(stdout);
  return totals;
}

const replay = (path: string, store: string): string[] => ['replay', path, '--data', store, '--json'];

/** The folder of a store that is made once: each test gets a copy. */
const made = newFolder();
beforeAll(async () => {
  const recording = join(newFolder(), 'load.ndjson');
  writeLoadRecording(recording);
  expect((await offbeat(replay(recording, made))).status).toBe(0);
});
const aStore = (): void => copyFileSync(join(made, storeFile), join(data, storeFile));

describe('a backup that is taken while another process replays', () => {
  it('is one complete file, and a replay that continues on it ends with the same totals', {
    timeout: 120_000,
  }, async () => {
    let undisturbed: Finished | undefined;
    const running = spawnOffbeat(replay(recorded, data)).then((finished) => {
      undisturbed = finished;
      return finished;
    });
    await vi.waitUntil(() => undisturbed !== undefined || existsSync(join(data, storeFile)), patience);
    const copies: string[] = [];
    const isHalfway = (copy: string): boolean =>
      rowsOf(copy, 'SELECT 1 FROM replays WHERE done = 0 AND last_line > 0').length > 0;
    // Two are enough: each is a process that slows the replay down.
    while (undisturbed === undefined && copies.filter(isHalfway).length < 2) {
      const copy = join(newFolder(), 'copy.db');
      const { status } = await spawnOffbeat(['backup', copy, '--data', data]);
      if (status === 0) copies.push(copy);
    }
    const totals = totalsOf(await running);

    const halfway = copies.filter(isHalfway);
    expect(halfway.length).toBeGreaterThan(0);
    for (const copy of copies) expect(rowsOf(copy, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    const restored = newFolder();
    copyFileSync(halfway.at(-1)!, join(restored, storeFile));
    expect(totalsOf(await spawnOffbeat(replay(recorded, restored)))).toEqual(totals);
    expect(totalsOf(await spawnOffbeat(replay(recorded, restored)))).toEqual(totals);
  });
});

describe('backup', () => {
  it('works beside a process that holds the data directory', async () => {
    aStore();
    const held = takeDataDir(data);
    try {
      expect(await offbeat(['backup', file, '--data', data])).toMatchObject({ status: 0, stderr: '' });
    } finally {
      held.release();
    }
  });

  it('makes one file that only its owner can read, and leaves nothing else beside it', async () => {
    aStore();
    await spawnOffbeat(['backup', file, '--data', data]);
    expect(readdirSync(join(file, '..'))).toEqual(['copy.db']);
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    expect(rowsOf(file, 'PRAGMA journal_mode')).toEqual([{ journal_mode: 'delete' }]);
  });

  it('ends with the commands that restore it, whatever the names of the paths are', async () => {
    data = mkdtempSync(join(directory, "it's $HOME; "));
    aStore();
    const { stdout } = await spawnOffbeat(['backup', file, '--data', data]);
    const before = totalsOf(await offbeat(['alerts', '--data', data, '--json']));
    const [, commands] = /then: (.*)\n$/.exec(stdout)!;
    rmSync(join(data, storeFile));
    writeFileSync(join(data, `${storeFile}-wal`), 'of the store that is gone');
    execFileSync('sh', ['-c', commands!]);
    expect(totalsOf(await offbeat(['alerts', '--data', data, '--json']))).toEqual(before);
  });

  it('warns that it copies the store alone if the environment names servers', async () => {
    aStore();
    vi.stubEnv('OFFBEAT_KAFKA_BROKERS', '127.0.0.1:1');
    vi.stubEnv('OFFBEAT_DYNAMODB_ENDPOINT', 'http://127.0.0.1:1');
    const { status, stderr } = await offbeat(['backup', file, '--data', data]);
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^warning: OFFBEAT_KAFKA_BROKERS, OFFBEAT_DYNAMODB_ENDPOINT name servers: .* and nothing that is on the servers$/m,
    );
  });
});

describe('backup refuses, and writes nothing,', () => {
  const refused = async (to: string, from = data): Promise<string> => {
    const { status, stdout, stderr } = await spawnOffbeat(['backup', to, '--data', from]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    return stderr;
  };

  it('a directory without a store', async () => {
    expect(await refused(file)).toContain(`there is no store in ${data}`);
    expect(existsSync(file)).toBe(false);
  });

  it('a file that exists, and leaves it as it was', async () => {
    aStore();
    writeFileSync(file, 'mine');
    expect(await refused(file)).toContain(`${file} exists already`);
    expect(statSync(file).size).toBe(4);
  });

  it.each([storeFile, `${storeFile}-wal`, `${storeFile}-shm`, `${storeFile}-journal`, 'lock.db'])(
    'the name %s in the data directory, by whatever path',
    async (name) => {
      aStore();
      const before = readdirSync(data).sort();
      expect(await refused(join(data, '..', data.split('/').at(-1)!, '.', name))).toContain(
        'belongs to the store itself',
      );
      expect(readdirSync(data).sort()).toEqual(before);
    },
  );

  it('a directory that is not there', async () => {
    aStore();
    expect(await refused(join(directory, 'nowhere', 'copy.db'))).toContain('there is no directory');
  });

  it.each([
    ['what is no database', (path: string) => writeFileSync(path, 'x'.repeat(10_000)), 'file is not a database'],
    ['what another program made', (path: string) => new DatabaseSync(path).exec('CREATE TABLE t (v)'), 'no store'],
  ])('%s', async (_case, make, message) => {
    make(join(data, storeFile));
    expect(await refused(file)).toContain(message);
    expect(readdirSync(join(file, '..'))).toEqual([]);
  });
});

it('a damaged store makes no backup, and the command reports the damage', async () => {
  aStore();
  const path = join(data, storeFile);
  const handle = openSync(path, 'r+');
  writeSync(handle, Buffer.alloc(16_384), 0, 16_384, Math.floor(statSync(path).size / 2));
  closeSync(handle);
  const { status, stderr } = await offbeat(['backup', file, '--data', data]);
  expect(status).toBe(1);
  expect(stderr).toContain('no backup was made: the store is damaged');
  expect(readdirSync(join(file, '..'))).toEqual([]);
});
