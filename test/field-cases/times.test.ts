import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { offbeat } from '../bin/run-cli.ts';
import { CaseFolders, type ReplayedCase } from './case-folders.ts';

const folders = new CaseFolders();
afterEach(() => vi.unstubAllEnvs());
afterAll(() => folders.remove());

/** Returns when an alert was first notified and when it was resolved, as text. */
function lifeOf({ alertList }: ReplayedCase): readonly (string | undefined)[] {
  const [alert] = alertList;
  return ['first notification', 'all closed'].map((reason) => {
    const step = alert?.trace.find((each) => each.reason === reason);
    return step && new Date(step.atMs).toISOString();
  });
}

/** Returns the number of minutes of node-a's CPU that are stored. */
async function minutesOf({ data }: ReplayedCase): Promise<number> {
  const series = 'recorded/host/node-a system.cpu.total.norm.pct';
  const { stdout } = await offbeat(['why', series, '--data', data, '--json']);
  return (JSON.parse(stdout) as { readonly minutes: readonly unknown[] }).minutes.length;
}

async function expectIncident(replayed: ReplayedCase): Promise<void> {
  expect(replayed).toMatchObject({ status: 0, anomalies: 1, alerts: 1, deadLetters: 0 });
  expect(lifeOf(replayed)).toEqual(['2026-11-23T15:20:30.000Z', '2026-11-23T15:23:10.000Z']);
  expect(await minutesOf(replayed)).toBe(17);
}

describe('one incident, whatever its documents write as their time', () => {
  it.each(['10a-time-iso', '10b-time-epoch-ms', '10c-time-without-zone', '10e-time-nanoseconds'])(
    'is one anomaly and one alert: %s',
    async (name) => {
      const replayed = await folders.replay(name);
      expect(replayed.samples).toBe(102);
      await expectIncident(replayed);
    },
  );

  it.each(['UTC', 'America/New_York', 'Asia/Tokyo'])(
    'is the same where the process runs in %s and the times have no zone',
    async (zone) => {
      vi.stubEnv('TZ', zone);
      await expectIncident(await folders.replay('10c-time-without-zone'));
    },
  );

  it('is the same in seconds, µs and ns', async () => {
    const file = join(import.meta.dirname, 'inputs', '10b-time-epoch-ms.ndjson.gz');
    const text = gunzipSync(readFileSync(file)).toString();
    for (const [digits, quote] of [
      ['$1', ''],
      ['$1.000', ''],
      ['$1000000', ''],
      ['$1000000000', '"'],
    ]) {
      const shaped = text.replaceAll(/"@timestamp": (\d{10})000/g, `"@timestamp": ${quote}${digits}${quote}`);
      await expectIncident(await folders.replay(folders.recording(shaped)));
    }
  });
});

describe('a host whose clock is two days fast (turbolytics/sql-flow#358)', () => {
  it('has its sample, and moves the time of no other host', async () => {
    const replayed = await folders.replay('11-one-host-two-days-fast');
    expect(replayed.samples).toBe(103);
    await expectIncident(replayed);
    expect(replayed.stderr).toMatch(/:31: the time is ahead of the documents that follow; it moved nothing/);
  });
});

describe('one document of the host of the incident whose time is two days ahead', () => {
  it.each([5, 35])('costs its own measurement alone, after %d documents of the host', async (nth) => {
    const input = join(import.meta.dirname, 'inputs', '10a-time-iso.ndjson.gz');
    const lines = gunzipSync(readFileSync(input)).toString().trim().split('\n');
    const own = lines.filter((line) => line.includes('"node-a"'))[nth]!;
    const stray = own.replace('2026-11-23T', '2026-11-25T');
    lines.splice(lines.indexOf(own) + 1, 0, stray);
    const replayed = await folders.replay(folders.recording(lines.join('\n')));
    expect(replayed).toMatchObject({ status: 0, samples: 103, anomalies: 1, alerts: 1 });
    expect(lifeOf(replayed)).toEqual(['2026-11-23T15:20:30.000Z', '2026-11-23T15:23:10.000Z']);
  });
});

describe('a recording that tells nothing', () => {
  it.each([
    [
      'no line can be read',
      'half a {\n7\n{"@timestamp":"2026-11-23T15:00:00Z","x":{"v":1}}\n',
      '3 dead letters (no entity 1, not JSON 1, not a document 1)',
    ],
    ['it is empty', '', 'no line could be read; expected'],
    ['no line states a time', '{"host":{"name":"a"},"x":{"v":1}}\n', 'no line states a time'],
  ])('ends with exit status 1 if %s', async (_why, text, message) => {
    const file = folders.recording(text);
    for (const flags of [[], ['--json']]) {
      const data = folders.make();
      const first = await offbeat(['replay', file, '--data', data, ...flags]);
      expect(first).toMatchObject({ status: 1, stderr: expect.stringContaining(message) });
      expect(first.stdout).toContain(flags.length === 0 ? 'dead letters' : '"deadLetters"');
    }
  });
});
