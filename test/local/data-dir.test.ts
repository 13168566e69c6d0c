import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { takeDataDir } from '../../local/data-dir.ts';

const parent = mkdtempSync(join(tmpdir(), 'offbeat-data-dir-'));
afterAll(() => rmSync(parent, { recursive: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('a data directory', () => {
  it('is made if it does not exist, and kept', () => {
    const path = join(parent, 'deep', 'down');
    const directory = takeDataDir(path);
    expect(directory.storePath).toBe(join(path, 'offbeat.db'));
    directory.release();
    expect(existsSync(path)).toBe(true);
  });

  it('without a name is removed at the end', () => {
    const directory = takeDataDir(undefined);
    expect(existsSync(directory.path)).toBe(true);
    directory.release();
    expect(existsSync(directory.path)).toBe(false);
  });

  it('has one user at a time', () => {
    const path = join(parent, 'shared');
    const first = takeDataDir(path);
    expect(() => takeDataDir(path)).toThrow(`another offbeat is using ${path}; stop it, or choose another`);
    first.release();
    takeDataDir(path).release();
  });

  it('cannot be used if a file has its path, and the error states that', () => {
    const path = join(parent, 'file');
    writeFileSync(path, '');
    expect(() => takeDataDir(path)).toThrow(/^cannot use .*file for data: .*; choose another with --data$/);
  });

  it('is for its owner only, with all files that SQLite makes in it, whatever the umask', async () => {
    const path = join(parent, 'private');
    const modules = ['local/data-dir.ts', 'local/sqlite/database.ts'];
    const [dataDir, database] = modules.map((name) => JSON.stringify(new URL(`../../${name}`, import.meta.url).href));
    const script = `import { takeDataDir } from ${dataDir}; import { Database } from ${database};
      process.umask(0); new Database(takeDataDir(${JSON.stringify(path)}).storePath).exec('CREATE TABLE a (b)');
      process.kill(process.pid, 'SIGKILL');`;
    await once(spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' }), 'exit');
    expect(modeOf(path)).toBe('700');
    const files = readdirSync(path).filter((name) => name !== 'lock.db-journal');
    expect(files).toEqual(['lock.db', 'offbeat.db', 'offbeat.db-shm', 'offbeat.db-wal']);
    expect(files.map((name) => modeOf(join(path, name)))).toEqual(['600', '600', '600', '600']);
  });

  it('that others could read loses their permissions, file by file', () => {
    const path = join(parent, 'wide');
    mkdirSync(path);
    const files = ['lock.db', 'offbeat.db', 'offbeat.db-wal', 'offbeat.db-shm'].map((name) => join(path, name));
    for (const file of files) writeFileSync(file, '', { mode: 0o644 });
    takeDataDir(path).release();
    expect(files.map(modeOf)).toEqual(['600', '600', '600', '600']);
  });

  it('with a damaged lock is refused with the path to delete', () => {
    const path = join(parent, 'lock');
    mkdirSync(path);
    writeFileSync(join(path, 'lock.db'), 'no database, but long enough to be taken for one'.repeat(10));
    expect(() => takeDataDir(path)).toThrow(`${path}/lock.db is damaged; it contains no data: delete it`);
  });

  it.each(['/proc/x', '/proc/offbeat/data'])('that cannot be made is refused at once: %s', (path) => {
    expect(() => takeDataDir(path)).toThrow(/^cannot use .* for data: ENOENT.*; choose another with --data$/);
  });

  it('can be used again after the process that used it was killed', async () => {
    const path = join(parent, 'killed');
    const module = new URL('../../local/data-dir.ts', import.meta.url).href;
    const script = `import { takeDataDir } from ${JSON.stringify(module)};
      takeDataDir(${JSON.stringify(path)}); globalThis.gc(); console.log('taken'); process.stdin.resume();`;
    const holder = spawn(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    expect(() => takeDataDir(path)).toThrow('another offbeat is using');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    takeDataDir(path).release();
  });
});
