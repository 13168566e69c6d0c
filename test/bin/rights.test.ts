import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import { takeDataDir } from '../../local/data-dir.ts';
import { openStore } from '../../local/sqlite/store.ts';

const script = join(import.meta.dirname, '../../bin/offbeat.js');
/** The user id of `nobody`, who owns no file. */
const uid = 65_534;

const parent = mkdtempSync(join(tmpdir(), 'offbeat-rights-'));
const data = join(parent, 'data');
beforeAll(() => {
  chmodSync(parent, 0o755);
  takeDataDir(data).release();
});
afterAll(() => rmSync(parent, { recursive: true }));

/** Runs the command line as another user. @returns its standard error and its exit status */
async function offbeatAsOtherUser(...args: readonly string[]): Promise<{ stderr: string; code: number }> {
  try {
    const { stderr } = await promisify(execFile)(process.execPath, [script, ...args], { uid, gid: uid, cwd: parent });
    return { stderr, code: 0 };
  } catch (error) {
    const { stderr, code } = error as { stderr: string; code: number };
    return { stderr, code };
  }
}

/** A store that belongs to the other user. */
function storeOfOtherUser(): string {
  const path = join(parent, 'own');
  mkdirSync(path, { mode: 0o700 });
  openStore(join(path, 'offbeat.db'), defaultLayout, systemClock).close();
  for (const entry of [path, ...readdirSync(path).map((name) => join(path, name))]) chownSync(entry, uid, uid);
  return path;
}

// Only root can run a command as another user.
describe.runIf(process.getuid?.() === 0)('a store of another user', () => {
  it.each([
    ['alerts', []],
    ['start', ['--no-replay', '--no-host']],
    ['redrive', []],
    ['backup', ['copy.db']],
  ])('is named as that by %s, with its owner', async (command, flags) => {
    const answer = await offbeatAsOtherUser(command, ...flags, '--data', data);
    expect(answer.stderr).toBe(`offbeat: ${data} belongs to another user (uid 0): run this as that user\n`);
    expect(answer.code).toBe(2);
  });

  it('is so too where its folder can be entered and its files cannot be read', async () => {
    const open = join(parent, 'open');
    takeDataDir(open).release();
    chmodSync(open, 0o755);
    const { stderr } = await offbeatAsOtherUser('alerts', '--data', open);
    expect(stderr).toMatch(/^offbeat: [^\n]* belongs to another user \(uid 0\): run this as that user[^\n]*\n$/);
  });

  it('can be copied by that user, and a place without rights is named with the remedy', async () => {
    const copy = join(parent, 'copy.db');
    const { stderr, code } = await offbeatAsOtherUser('backup', copy, '--data', storeOfOtherUser());
    expect(stderr).toBe(
      `offbeat: cannot write ${copy}: this user may not write in ${parent}: name another file, or run this as a user who may\n`,
    );
    expect(code).toBe(2);
  });

  it('is not confused with a folder in which there is no store', async () => {
    const empty = join(parent, 'empty');
    mkdirSync(empty, { mode: 0o755 });
    chmodSync(empty, 0o777);
    expect((await offbeatAsOtherUser('alerts', '--data', empty)).stderr).toMatch(/^offbeat: there is no store in /);
  });
});
