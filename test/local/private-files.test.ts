import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makePrivateFile, makePrivateFolder, narrow } from '../../local/private-files.ts';

const parent = mkdtempSync(join(tmpdir(), 'offbeat-private-files-'));
afterAll(() => rmSync(parent, { recursive: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('a private folder', () => {
  it('is made with its parents, each for its owner only', () => {
    makePrivateFolder(join(parent, 'above', 'below'));
    expect(modeOf(join(parent, 'above'))).toBe('700');
    expect(modeOf(join(parent, 'above', 'below'))).toBe('700');
  });

  it('that exists keeps its permissions', () => {
    const path = join(parent, 'shared');
    mkdirSync(path);
    chmodSync(path, 0o755);
    makePrivateFolder(path);
    expect(modeOf(path)).toBe('755');
  });

  it('is not made if a file has its path', () => {
    const path = join(parent, 'taken');
    writeFileSync(path, '');
    expect(() => makePrivateFolder(path)).toThrow(`${path} is a file`);
  });

  it('that cannot be made fails at once', () => {
    expect(() => makePrivateFolder('/proc/offbeat/deeper')).toThrow('ENOENT');
  });
});

describe('a private file', () => {
  it('is made empty, for its owner only', () => {
    const path = join(parent, 'new');
    makePrivateFile(path);
    expect(modeOf(path)).toBe('600');
    expect(statSync(path).size).toBe(0);
  });

  it('that exists loses the permissions of others and keeps its content', () => {
    const path = join(parent, 'wide');
    writeFileSync(path, 'content');
    chmodSync(path, 0o666);
    makePrivateFile(path);
    expect(modeOf(path)).toBe('600');
    expect(readFileSync(path, 'utf8')).toBe('content');
  });

  it('that does not exist is not made when its permissions are removed', () => {
    narrow(join(parent, 'absent'));
    expect(existsSync(join(parent, 'absent'))).toBe(false);
  });
});
