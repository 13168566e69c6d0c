import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { takeDataDir } from '../../local/data-dir.ts';

const parent = mkdtempSync(join(tmpdir(), 'offbeat-data-dir-'));
afterAll(() => rmSync(parent, { recursive: true }));

describe('a data directory', () => {
  it('is made where there is none, and kept', () => {
    const path = join(parent, 'deep', 'down');
    const directory = takeDataDir(path);
    expect(directory.storePath).toBe(join(path, 'offbeat.db'));
    directory.release();
    expect(existsSync(path)).toBe(true);
  });

  it('that nobody named is thrown away', () => {
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

  it('that a file stands in the way of cannot be used, and says so', () => {
    const path = join(parent, 'file');
    writeFileSync(path, '');
    expect(() => takeDataDir(path)).toThrow(/^cannot use .*file for data: .*; choose another with --data$/);
  });

  it('is free again when its user was killed', async () => {
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
