import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { writeLoadRecording } from '../support/load-recording.ts';
import { patience } from '../support/patience.ts';

const script = join(import.meta.dirname, '../../bin/offbeat.js');

/** Runs `npx offbeat` with its output on a disk that is full. */
function offbeat(...args: string[]) {
  const directory = mkdtempSync(join(tmpdir(), 'offbeat-full-'));
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [script, ...args, '--data', directory], { stdio: ['ignore', full, full] });
  const exit = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
    rmSync(directory, { recursive: true });
  });
  return { child, exit };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

describe.runIf(process.platform === 'linux')('with its output on a disk that is full', () => {
  it('start keeps running, and ends on SIGTERM', async () => {
    const port = await freePort();
    const { child, exit } = offbeat('start', '--no-host', '--no-replay', '--port', String(port));
    const ask = async (): Promise<number> => {
      const answered = await fetch(`http://127.0.0.1:${port}/api/health`).catch(() => undefined);
      return answered?.status ?? 0;
    };
    await vi.waitUntil(async () => (await ask()) === 200, patience);
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  it('a command whose results are lost fails', async () => {
    const recordings = mkdtempSync(join(tmpdir(), 'offbeat-recordings-'));
    onTestFinished(() => rmSync(recordings, { recursive: true }));
    const recording = join(recordings, 'beats.ndjson');
    writeLoadRecording(recording);
    const { exit } = offbeat('replay', recording, '--json');
    expect(await exit).toEqual([1, null]);
  });
});
