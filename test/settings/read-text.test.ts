import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { loadSettings } from '../../settings/file.ts';
import { settingsBytesMax } from '../../settings/read-text.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-settings-'));
afterAll(() => rmSync(directory, { recursive: true }));

const remedy = 'name another file with --settings, or, for cdk, --context settings=FILE';

function fileOf(name: string, content: string | Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** The message of the error that loading a file ends in. */
function problemOf(path: string): string {
  try {
    loadSettings(path);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error(`${path} is accepted`);
}

describe('a settings file', () => {
  it('is read behind a link', () => {
    const link = join(directory, 'link.yaml');
    symlinkSync(fileOf('prod.yaml', 'cluster: { name: prod }\n'), link);
    expect(loadSettings(link).cluster.name).toBe('prod');
  });

  it('may begin with a byte order mark', () => {
    expect(loadSettings(fileOf('mark.yaml', '\ufeffcluster: { name: prod }\n')).cluster.name).toBe('prod');
  });

  it('may be as large as 256 KiB', () => {
    const text = 'cluster: { name: prod }\n#';
    const path = fileOf('large.yaml', text + 'x'.repeat(settingsBytesMax - text.length));
    expect(loadSettings(path).cluster.name).toBe('prod');
  });

  it('is refused when it is one byte larger', () => {
    const path = fileOf('larger.yaml', `#${'x'.repeat(settingsBytesMax)}`);
    expect(problemOf(path)).toBe(`cannot read settings ${path} (larger than 256 KiB); ${remedy}`);
  });

  it('is refused when it is larger than memory', () => {
    const path = fileOf('endless.yaml', '#');
    truncateSync(path, 2 ** 40);
    expect(problemOf(path)).toBe(`cannot read settings ${path} (larger than 256 KiB); ${remedy}`);
  });

  it('is refused when it is a folder', () => {
    const path = join(directory, 'folder.yaml');
    mkdirSync(path);
    expect(problemOf(path)).toBe(`cannot read settings ${path} (a folder, not a file); ${remedy}`);
  });

  it('is refused when it is a device', () => {
    expect(problemOf('/dev/zero')).toBe(`cannot read settings /dev/zero (a device or socket, not a file); ${remedy}`);
  });

  it('is refused when it is a broken link', () => {
    const link = join(directory, 'dangling.yaml');
    symlinkSync(join(directory, 'nothing.yaml'), link);
    expect(problemOf(link)).toBe(`cannot read settings ${link} (ENOENT); ${remedy}`);
  });

  it('is refused when it is not UTF-8 text', () => {
    const path = fileOf('latin1.yaml', Buffer.from('cluster: { name: Köln }\n', 'latin1'));
    expect(problemOf(path)).toBe(`cannot read settings ${path} (not UTF-8 text); ${remedy}`);
  });

  it('is named in one line, whatever its name is', () => {
    expect(problemOf(join(directory, 'a\nb\u001b[2J'))).toContain('/a\\u000ab\\u001b[2J (ENOENT); name another file');
    expect(problemOf(fileOf('c\nd', 'x: 1\n'))).toContain('/c\\u000ad:1: x: unknown key');
  });
});
