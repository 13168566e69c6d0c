import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { ReplayedStore } from './replayed-store.ts';
import { offbeat } from './run-cli.ts';

const replayed = new ReplayedStore();

async function withHook(status: number | readonly number[], act: (settings: string) => Promise<void>): Promise<void> {
  const left = [status].flat();
  const server = createServer((_request, response) => {
    response.writeHead(left.length > 1 ? left.shift()! : left[0]!).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.HOOK = `whsec_${Buffer.alloc(32).toString('base64')}`;
  const settings = join(replayed.data, 'offbeat.yaml');
  const { port } = server.address() as AddressInfo;
  const webhook = `{ url: "http://127.0.0.1:${port}/", secret: "env:HOOK", allowPrivate: true }`;
  writeFileSync(settings, `receivers:\n  - name: hook\n    webhook: ${webhook}\n`);
  try {
    await act(settings);
  } finally {
    delete process.env.HOOK;
    server.close();
  }
}

/** A first page is never dropped for a newer state: this makes the one letter of a store another revision. */
function makeLetterNoFirstPage(storePath: string): void {
  const store = new DatabaseSync(storePath);
  const envelope = JSON.parse(String(store.prepare('SELECT body FROM dead_messages').get()!.body));
  const { firstPageRevision: _first, ...alert } = JSON.parse(envelope.Message);
  const body = JSON.stringify({ ...envelope, Message: JSON.stringify(alert) });
  store.prepare('UPDATE dead_messages SET body = ?').run(body);
  store.close();
}

describe('redrive over a store', () => {
  it('sends a given-up message to its receiver again', async () => {
    const settings = join(replayed.data, 'offbeat.yaml');
    const webhook = (port: number) =>
      `receivers:\n  - name: hook\n    webhook: { url: "http://127.0.0.1:${port}/", secret: "env:HOOK", allowPrivate: true }\n`;
    const gone = createServer((_request, response) => response.writeHead(410).end());
    const back = createServer((_request, response) => response.writeHead(204).end());
    for (const server of [gone, back]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const portOf = (server: typeof gone): number => (server.address() as AddressInfo).port;
    process.env.HOOK = `whsec_${Buffer.alloc(32).toString('base64')}`;
    try {
      writeFileSync(settings, webhook(portOf(gone)));
      const flags = ['--data', replayed.data, '--settings', settings];
      await offbeat(['replay', replayed.recordingWith(), ...flags]);
      writeFileSync(settings, webhook(portOf(back)));
      const dryRun = await offbeat(['redrive', '--dry-run', '--stage', 'notify', ...flags]);
      expect(dryRun.stdout).toMatch(
        /^message\/1 {2}notify {2}hook: gone\nmessage\/2 .*\n2 dead letters would be sent back\n$/,
      );
      expect((await offbeat(['redrive', ...flags])).stdout).toBe(
        '2 dead letters sent back, 0 became dead letters again\n',
      );
      expect((await offbeat(['redrive', '--dry-run', ...flags])).stdout).toBe('0 dead letters would be sent back\n');
    } finally {
      delete process.env.HOOK;
      for (const server of [gone, back]) server.close();
    }
  });

  it('does not send a message whose receiver is not in the settings, and names the remedy', async () => {
    await withHook(410, async (settings) => {
      await offbeat(['replay', replayed.recordingWith(), '--data', replayed.data, '--settings', settings]);
      const other = join(replayed.data, 'other.yaml');
      writeFileSync(other, 'receivers:\n  - name: terminal\n    terminal: {}\n');
      const { status, stdout, stderr } = await offbeat(['redrive', '--data', replayed.data, '--settings', other]);
      expect(stdout).toBe('0 dead letters sent back, 0 became dead letters again\n');
      expect(stderr).toBe(
        'warning: not sent: 2 messages for "hook", which the settings do not name: name the settings file with --settings\n' +
          'offbeat: nothing was sent\n',
      );
      expect(status).toBe(1);
      const own = ['redrive', '--dry-run', '--data', replayed.data, '--settings', settings];
      expect((await offbeat(own)).stdout).toContain('2 dead letters would be sent back\n');
    });
  });

  it('fails if all that was sent back became dead letters again', async () => {
    await withHook(410, async (settings) => {
      const flags = ['--data', replayed.data, '--settings', settings];
      const run = await offbeat(['replay', replayed.recordingWith(), ...flags]);
      expect(run.stderr).toContain(
        `run "npx offbeat redrive --stage notify --data ${replayed.data} --settings ${settings}"`,
      );
      const { status, stdout } = await offbeat(['redrive', ...flags]);
      expect(stdout).toBe('2 dead letters sent back, 2 became dead letters again\n');
      expect(status).toBe(1);
    });
  });

  it('counts separately the messages that were dropped because a newer state was sent', async () => {
    await withHook([410, 204], async (settings) => {
      const flags = ['--data', replayed.data, '--settings', settings];
      await offbeat(['replay', replayed.recordingWith(), ...flags]);
      makeLetterNoFirstPage(join(replayed.data, 'offbeat.db'));
      const { status, stdout } = await offbeat(['redrive', ...flags]);
      expect(stdout).toBe(
        '1 dead letter sent back, 0 became dead letters again, 1 dropped because a newer state was sent\n',
      );
      expect(status).toBe(1);
    });
  });

  it('sends a dead letter back once; what still cannot be read is a new letter', async () => {
    await replayed.replayJson(replayed.recordingWith('no document'));
    const dryRun = ['redrive', '--dry-run', '--data', replayed.data];
    expect((await offbeat(dryRun)).stdout).toMatch(/normalise {2}.*\n1 dead letter would be sent back\n$/);
    expect((await offbeat(['redrive', '--stage', 'persist', '--data', replayed.data])).stdout).toContain(
      '0 dead letters sent back',
    );
    const { stdout } = await offbeat(['redrive', '--data', replayed.data]);
    expect(stdout).toBe('1 dead letter sent back, 1 became dead letters again\n');
    expect((await offbeat(dryRun)).stdout).toContain('0/1  offbeat.beats  normalise');
  });

  it('finishes a redrive that was stopped before it had noted what it sent, and reports that', async () => {
    await replayed.replayJson(replayed.recordingWith('no document'));
    await offbeat(['redrive', '--data', replayed.data]);
    const store = new DatabaseSync(join(replayed.data, 'offbeat.db'));
    store.exec("DELETE FROM objects WHERE name LIKE 'redriven/sent/%'");
    store.close();
    expect((await offbeat(['redrive', '--dry-run', '--stage', 'persist', '--data', replayed.data])).stdout).toMatch(
      /\n1 dead letter would be sent back, 1 of them from a redrive that was stopped\n$/,
    );
    // The first letter, rejected again when it was first sent back, is the same letter when it comes back again.
    expect((await offbeat(['redrive', '--data', replayed.data])).stdout).toBe(
      'finished a redrive that was stopped: 1 dead letter\n2 dead letters sent back, 1 became dead letters again\n',
    );
  });
});
