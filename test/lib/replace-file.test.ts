import { execFile } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { readFileIfAny, replaceFile } from '../../lib/replace-file.ts';
import { freshPath } from '../support/deployment.ts';

const run = promisify(execFile);
const source = pathToFileURL(join(import.meta.dirname, '../../lib/replace-file.ts')).href;

/** Runs code in a process of its own, which has `replaceFile` and `file`. @param limit a command of the shell before it */
const inProcess = (code: string, file: string, limit = 'true') =>
  run('sh', [
    '-c',
    `${limit} && exec "$0" --input-type=module --eval "$1" "$2"`,
    process.execPath,
    program(code),
    file,
  ]);

const program = (code: string): string =>
  `import { replaceFile } from '${source}'; const file = process.argv[1]; ${code}`;

const fileWith = (text: string): string => {
  const file = freshPath('file');
  writeFileSync(file, text);
  return file;
};

describe('a file that is replaced', () => {
  it('has the new text, which is made of the text before', () => {
    const file = freshPath('file');
    replaceFile(file, (text) => `${text}, `);
    replaceFile(file, (text) => `${text}then`);
    expect(readFileSync(file, 'utf8')).toBe('undefined, then');
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('keeps its mode, and stays behind a link', () => {
    const file = freshPath('file');
    writeFileSync(file, 'before', { mode: 0o640 });
    const link = freshPath('link');
    symlinkSync(file, link);
    replaceFile(link, () => 'after');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('after');
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  it('loses nothing of several processes that add to it at the same time', async () => {
    const file = fileWith('');
    const code = "for (let line = 0; line < 50; line++) replaceFile(file, (text) => text + 'line\\n', 60_000);";
    await Promise.all([1, 2, 3].map(() => inProcess(code, file)));
    expect(readFileSync(file, 'utf8')).toBe('line\n'.repeat(150));
  });

  it('is as it was when there is no room, and the message names it with the reason and the remedy', async () => {
    const file = fileWith('before');
    const code =
      "try { replaceFile(file, () => 'x'.repeat(100_000)); } catch (error) { console.log(error.name, error.message); }";
    const { stdout } = await inProcess(code, file, 'ulimit -f 1');
    expect(stdout).toBe(
      `UsageError ${file}: cannot be written (EFBIG); make room, and its folder one that you may write to\n`,
    );
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('is as it was when its text cannot be changed', () => {
    const file = fileWith('before');
    const change = () => {
      throw new UsageError('no JSON');
    };
    expect(() => replaceFile(file, change)).toThrow('no JSON');
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('is not touched while another process has the lock, or left it behind', () => {
    const file = fileWith('before');
    writeFileSync(`${file}.lock`, '');
    const replace = () => replaceFile(file, () => 'after', 0);
    expect(replace).toThrow(UsageError);
    expect(replace).toThrow(`${file}.lock: another synth writes to it; if none runs, one was stopped: delete it`);
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(existsSync(`${file}.lock`)).toBe(true);
  });
});

describe('a path at which no file can be', () => {
  it('is named with the reason and the remedy', () => {
    const folder = freshPath('folder');
    mkdirSync(folder);
    expect(() => readFileIfAny(folder)).toThrow(UsageError);
    expect(() => readFileIfAny(folder)).toThrow(`${folder}: cannot be read (EISDIR); make it a file that you may read`);
    expect(() => replaceFile(join(folder, 'none/file'), () => '')).toThrow(
      /none\/file\.lock: cannot be written \(ENOENT\)/,
    );
  });
});
