import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { bundledRecording } from '../../bin/commands/start.ts';
import { takeDataDir } from '../../local/data-dir.ts';
import { writeLoadRecording } from '../support/load-recording.ts';
import { Loopback } from '../support/loopback.ts';
import { offbeat } from './run-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-with-servers-'));
const loopback = new Loopback();
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(directory, { recursive: true }));

/** A store with something in it. */
async function store(name: string): Promise<string> {
  const file = join(directory, `${name}.ndjson`);
  writeLoadRecording(file);
  const data = join(directory, name);
  expect((await offbeat(['replay', file, '--data', data])).status).toBe(0);
  return data;
}

describe('a command on a store, where the environment names servers', () => {
  it.each([
    [['alerts']],
    [['ack', 'some-alert']],
    [['resolve', 'some-alert']],
    [['feedback', 'some-alert', 'useful']],
    [['silence', 'host=a', '--cluster', 'a', '--for', '1h']],
    [['silences']],
    [['unsilence', 'some-silence']],
    [['why', 'some-alert']],
  ])('%j refuses a store that contains only a part of the data', async (args) => {
    const data = await store(`servers-${args[0]}`);
    vi.stubEnv('OFFBEAT_DYNAMODB_ENDPOINT', 'http://127.0.0.1:1');
    const { status, stderr } = await offbeat([...args, '--data', data]);
    expect(status).toBe(2);
    expect(stderr).toBe(
      'offbeat: --data needs a store that holds everything, but OFFBEAT_DYNAMODB_ENDPOINT is set: name the running "offbeat start" with --url\n',
    );
  });

  it.each([[['redrive']], [['new-epoch', 'detect']]])(
    '%j queries the servers, and reports an unavailable one',
    async (args) => {
      const data = await store(`away-${args[0]}`);
      vi.stubEnv('OFFBEAT_KAFKA_BROKERS', `127.0.0.1:${await loopback.deadPort()}`);
      const { status, stderr } = await offbeat([...args, '--data', data]);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^offbeat: OFFBEAT_KAFKA_BROKERS: .*ECONNREFUSED[^\n]*\n$/);
    },
  );

  it('new-epoch needs no warehouse', async () => {
    const data = await store('no-warehouse');
    vi.stubEnv('OFFBEAT_OPENSEARCH_URL', `http://127.0.0.1:${await loopback.deadPort()}`);
    const { status, stdout } = await offbeat(['new-epoch', 'detect', '--data', data]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^detect offbeat.samples\/0 is at epoch 1/);
  });
});

describe('start, where the environment names an alert topic', () => {
  it('replays no recording unless it is named', async () => {
    const data = join(directory, 'taken');
    const taken = takeDataDir(data);
    vi.stubEnv('OFFBEAT_SNS_ENDPOINT', 'http://127.0.0.1:1');
    const { stdout } = await offbeat(['start', '--data', data]);
    expect(stdout).toBe(
      'no recording is replayed, because OFFBEAT_SNS_ENDPOINT names an alert topic that it would page; --replay FILE replays one\n',
    );
    expect((await offbeat(['start', '--data', data, '--replay', bundledRecording])).stdout).toBe('');
    taken.release();
  });
});
