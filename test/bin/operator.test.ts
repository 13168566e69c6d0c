import { beforeAll, describe, expect, it } from 'vitest';
import { clockTime } from '../../bin/words.ts';
import type { SilenceRecord } from '../../functions/shared/domain/silence.ts';
import { anomaly } from '../functions/alert/signals.ts';
import { alert, startsAtMs } from './alert-of-node-a.ts';
import { answeringApi } from './answering-api.ts';
import { offbeat } from './run-cli.ts';

const api = answeringApi();
const { answers, asked, posted } = api;
let url = '';
beforeAll(() => {
  url = api.url;
});

describe('an unexpected answer of the API', () => {
  it('is reported in one line that names the field', async () => {
    answers.set('/api/alerts', { alerts: [{ id: 7 }] });
    const { status, stderr } = await offbeat(['alerts', '--url', url]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^offbeat: failed: unexpected answer: alerts\.0\.id: [^\n]+\n$/);
  });
});

describe('a command that is given a port', () => {
  it('queries the process on this machine that answers there', async () => {
    answers.set('/api/alerts', { alerts: [] });
    const { stdout } = await offbeat(['alerts', '--port', new URL(url).port]);
    expect(stdout).toBe('no alerts\n');
  });
});

describe('alerts', () => {
  it('sends the filters to the API, and prints a line for each item', async () => {
    answers.set('/api/alerts', { alerts: [alert] });
    const { status, stdout } = await offbeat(['alerts', '--url', url, '--status', 'open', '--limit', '5']);
    expect(status).toBe(0);
    expect(asked).toEqual(['GET /api/alerts?status=open&limit=5']);
    expect(stdout).toBe(
      'alert-1  open         warning   2026-11-23 15:00:00 UTC  prod/host/node-a  diskio write bytes high on node-a/sda\n',
    );
  });

  it('prints the items of the API with --json', async () => {
    answers.set('/api/alerts', { alerts: [alert] });
    const { stdout } = await offbeat(['alerts', '--url', url, '--json']);
    expect(JSON.parse(stdout)).toEqual({ alerts: [alert] });
  });

  it('reports an empty list', async () => {
    answers.set('/api/alerts', { alerts: [] });
    expect((await offbeat(['alerts', '--url', url])).stdout).toBe('no alerts\n');
  });

  it("keeps a foreign document's control characters from the terminal", async () => {
    answers.set('/api/alerts', { alerts: [{ ...alert, title: '\u001b[2Jgone\u0007' }] });
    expect((await offbeat(['alerts', '--url', url])).stdout).toMatch(/ {2}\\u001b\[2Jgone\\u0007\n$/);
  });
});

describe.each([
  ['ack', 'acknowledged'],
  ['resolve', 'resolved'],
])('%s', (name, done) => {
  it('posts an address as it was typed, and prints only its host', async () => {
    const address = 'https://hooks.example.com/T0/B0';
    answers.set('/api/alerts/alert-1', { ...alert, title: `diskio high on ${address}` });
    answers.set('/api/commands', { accepted: 'it', warnings: [] });
    const { stdout, stderr } = await offbeat([name, 'alert-1', '--url', url, '--by', address, '--note', address]);
    expect([stdout, stderr]).toEqual([
      `${done} by https://hooks.example.com/…: diskio high on https://hooks.example.com/…\n`,
      '',
    ]);
    expect(posted).toMatchObject([{ by: address, note: address }]);
  });
});

describe('ack', () => {
  it('sends a command in the name of the user, with a new id each time', async () => {
    answers.set('/api/alerts/alert-1', alert);
    answers.set('/api/commands', { accepted: 'it' });
    await offbeat(['ack', 'alert-1', '--url', url, '--note', 'on it']);
    const { status, stdout } = await offbeat(['ack', 'alert-1', '--url', url, '--by', 'bob']);
    expect(status).toBe(0);
    expect(stdout).toBe('acknowledged by bob: diskio write bytes high on node-a/sda\n');
    const command = { action: 'ack', cluster: 'prod', alertId: 'alert-1', id: expect.stringMatching(/^.{36}$/) };
    expect(posted).toEqual([
      { ...command, by: 'ada', note: 'on it' },
      { ...command, by: 'bob' },
    ]);
    expect(new Set(posted.map((each) => (each as { id: string }).id)).size).toBe(2);
  });

  it('sends nothing if it is over', async () => {
    answers.set('/api/alerts/alert-1', { ...alert, status: 'resolved', endsAtMs: startsAtMs + 90_000 });
    const { status, stdout } = await offbeat(['ack', 'alert-1', '--url', url]);
    expect(status).toBe(0);
    expect(stdout).toContain('nothing to acknowledge');
    expect(posted).toEqual([]);
  });

  it('fails in one line for an alert that does not exist', async () => {
    const { status, stderr } = await offbeat(['ack', 'alert/2', '--url', url]);
    expect(status).toBe(1);
    expect(stderr).toBe('offbeat: there is no alert "alert/2"; "npx offbeat alerts" lists their ids\n');
    expect(posted).toEqual([]);
  });
});

describe('feedback', () => {
  const [suspect] = alert.suspects;

  it('sends the judgement, and proposes the smallest setting that would have changed it', async () => {
    const peaked = anomaly({ id: suspect!.anomalyId, series: suspect!.series });
    answers.set('/api/alerts/alert-1', alert);
    answers.set('/api/anomalies', { anomalies: [peaked] });
    answers.set('/api/commands', { accepted: 'it', warnings: [] });
    const { status, stdout } = await offbeat(['feedback', 'alert-1', 'noise', '--url', url, '--note', 'backup']);
    expect(posted).toMatchObject([
      { action: 'feedback', cluster: 'prod', subjectId: 'alert-1', verdict: 'noise', by: 'ada', note: 'backup' },
    ]);
    const [judged, nothing, ...yaml] = stdout.split('\n');
    expect([status, judged]).toEqual([0, 'noise, by ada: diskio write bytes high on node-a/sda']);
    expect(nothing).toMatch(/^nothing changes by itself; /);
    expect(yaml.join('\n')).toMatch(
      /^catalogue:\n {2}- match: \{ metric: .*\}\n {4}floor: 89000000 # By\/s\nwhat it would have done is not known: there is no warehouse with samples\n$/,
    );
  });

  it('finds the alert of an anomaly', async () => {
    answers.set('/api/alerts', { alerts: [{ ...alert, anomalies: ['anomaly-7'] }] });
    answers.set('/api/commands', { accepted: 'it', warnings: [] });
    const { status, stdout } = await offbeat(['feedback', 'anomaly-7', 'useful', '--url', url]);
    expect([status, stdout]).toEqual([0, 'useful, by ada: diskio write bytes high on node-a/sda\n']);
    expect(posted).toMatchObject([{ subjectId: 'anomaly-7', verdict: 'useful' }]);
  });

  it('fails in one line for what does not exist, and for another verdict', async () => {
    answers.set('/api/alerts', { alerts: [] });
    const unknown = await offbeat(['feedback', 'nothing', 'noise', '--url', url]);
    expect([unknown.status, unknown.stderr]).toEqual([
      1,
      expect.stringMatching(/^offbeat: there is no alert "nothing", .*\n$/),
    ]);
    expect((await offbeat(['feedback', 'alert-1', 'bad', '--url', url])).status).toBe(2);
    expect(posted).toEqual([]);
  });
});

describe('resolve', () => {
  it('sends a command in the name of the user', async () => {
    answers.set('/api/alerts/alert-1', alert);
    answers.set('/api/commands', { accepted: 'it', warnings: [] });
    const { status, stdout } = await offbeat(['resolve', 'alert-1', '--url', url, '--note', 'replaced']);
    expect([status, stdout]).toEqual([0, 'resolved by ada: diskio write bytes high on node-a/sda\n']);
    expect(posted).toMatchObject([
      { action: 'resolve', cluster: 'prod', alertId: 'alert-1', by: 'ada', note: 'replaced' },
    ]);
  });

  it('sends nothing if it is over', async () => {
    answers.set('/api/alerts/alert-1', { ...alert, status: 'resolved', endsAtMs: startsAtMs + 90_000 });
    const { status, stdout } = await offbeat(['resolve', 'alert-1', '--url', url]);
    expect([status, stdout]).toEqual([0, 'nothing to resolve: diskio write bytes high on node-a/sda is over\n']);
    expect(posted).toEqual([]);
  });

  it('fails in one line for an alert that does not exist', async () => {
    const { status, stderr } = await offbeat(['resolve', 'nonsense', '--url', url]);
    expect([status, stderr]).toEqual([
      1,
      'offbeat: there is no alert "nonsense"; "npx offbeat alerts" lists their ids\n',
    ]);
  });
});

const silence: SilenceRecord = {
  id: 'silence-1',
  cluster: 'prod',
  revision: 1,
  state: 'active',
  by: 'ada',
  note: 'disk swap',
  matchers: { entity: 'prod/host/*', severity: 'warning' },
  createdAtMs: startsAtMs,
  startsAtMs,
  endsAtMs: startsAtMs + 3_600_000,
  updatedAtMs: startsAtMs,
  scope: 'live',
};

describe('silence', () => {
  const args = ['silence', 'entity=prod/host/*', 'metric=a=b', '--cluster', 'prod', '--for', '90m'];

  it('lasts for --for from when it is applied, and prints how to end it', async () => {
    answers.set('/api/commands', { accepted: 'it', warnings: [] });
    const { status, stdout, stderr } = await offbeat([...args, '--url', url]);
    expect([status, stderr]).toEqual([0, '']);
    const [command] = posted as { id: string; endsAtMs: number }[];
    expect(command).toEqual({
      id: expect.stringMatching(/^.{36}$/),
      action: 'silence',
      by: 'ada',
      cluster: 'prod',
      matchers: { entity: 'prod/host/*', metric: 'a=b' },
      endsAtMs: expect.any(Number),
    });
    expect(Math.abs(command!.endsAtMs - Date.now() - 90 * 60_000)).toBeLessThan(60_000);
    expect(stdout).toMatch(/^silenced until .* UTC: entity=prod\/host\/\* metric=a=b of prod\n/);
    expect(stdout).toContain(`to end it sooner: npx offbeat unsilence ${command!.id} --url ${url}\n`);
  });

  it.each([
    ['2126-11-23T22:00+01:00', () => Date.parse('2126-11-23T21:00:00Z')],
    ['2126-11-23T21:00:00Z', () => Date.parse('2126-11-23T21:00:00Z')],
    ['2d', () => Date.now() + 2 * 86_400_000],
  ])('starts at %s, and lasts from then on', async (start, expectedMs) => {
    answers.set('/api/commands', { accepted: 'it', warnings: [] });
    const { status, stdout } = await offbeat([...args, '--start', start, '--url', url]);
    expect(status).toBe(0);
    const [{ startsAtMs: startMs, endsAtMs }] = posted as [{ startsAtMs: number; endsAtMs: number }];
    expect(Math.abs(startMs - expectedMs())).toBeLessThan(60_000);
    expect(endsAtMs - startMs).toBe(90 * 60_000);
    const [from, until] = [startMs, endsAtMs].map(clockTime);
    expect(stdout).toContain(`silenced from ${from} until ${until}: entity=prod/host/* metric=a=b of prod\n`);
  });

  it('prints the warnings of the API on standard error, and succeeds', async () => {
    answers.set('/api/commands', { accepted: 'it', warnings: ['no cluster "prdo" is known; known are prod'] });
    const { status, stderr } = await offbeat([...args, '--url', url]);
    expect([status, stderr]).toEqual([0, 'warning: no cluster "prdo" is known; known are prod\n']);
  });
});

describe('silences', () => {
  it('sends the filters to the API, and prints a line for each item', async () => {
    const end = { endedBy: 'bob', endNote: 'disk is in' };
    const ended = { ...silence, id: 'silence-2', state: 'over', ...end, updatedAtMs: startsAtMs + 60_000 };
    answers.set('/api/silences', { silences: [silence, ended] });
    const { status, stdout } = await offbeat(['silences', '--url', url, '--state', 'active', '--cluster', 'prod']);
    expect(status).toBe(0);
    expect(asked).toEqual(['GET /api/silences?state=active&cluster=prod&limit=50']);
    expect(stdout.split('\n')).toEqual([
      'silence-1  active   2026-11-23 15:00:00 UTC to 2026-11-23 16:00:00 UTC  prod  entity=prod/host/* severity=warning  by ada: disk swap',
      'silence-2  over     2026-11-23 15:00:00 UTC to 2026-11-23 15:01:00 UTC  prod  entity=prod/host/* severity=warning  by ada: disk swap; ended by bob: disk is in',
      '',
    ]);
  });

  it('shows no end before the start of a silence that was ended before it began', async () => {
    const ended = { ...silence, state: 'over', endedBy: 'bob', updatedAtMs: startsAtMs - 60_000 };
    answers.set('/api/silences', { silences: [ended] });
    const { stdout } = await offbeat(['silences', '--url', url]);
    expect(stdout).toContain('  2026-11-23 15:00:00 UTC to 2026-11-23 15:00:00 UTC  ');
    expect(stdout).toMatch(/by ada: disk swap; ended by bob\n$/);
  });

  it('prints the items of the API with --json', async () => {
    answers.set('/api/silences', { silences: [silence] });
    expect(JSON.parse((await offbeat(['silences', '--url', url, '--json'])).stdout)).toEqual({ silences: [silence] });
  });

  it('reports an empty list', async () => {
    answers.set('/api/silences', { silences: [] });
    expect((await offbeat(['silences', '--url', url])).stdout).toBe('no silences\n');
  });
});

describe('unsilence', () => {
  it('ends a silence by its id', async () => {
    answers.set('/api/silences/silence-1', silence);
    answers.set('/api/commands', { accepted: 'it', warnings: [] });
    const { status, stdout } = await offbeat(['unsilence', 'silence-1', '--url', url, '--note', 'disk is in']);
    expect(status).toBe(0);
    expect(stdout).toBe('ended by ada: the silence of entity=prod/host/* severity=warning of prod\n');
    expect(posted).toMatchObject([
      { action: 'unsilence', cluster: 'prod', silenceId: 'silence-1', by: 'ada', note: 'disk is in' },
    ]);
  });

  it('sends nothing if it is over', async () => {
    answers.set('/api/silences/silence-1', { ...silence, state: 'over' });
    const { status, stdout } = await offbeat(['unsilence', 'silence-1', '--url', url]);
    expect(status).toBe(0);
    expect(stdout).toContain('nothing to end');
    expect(posted).toEqual([]);
  });

  it('fails in one line for a silence that does not exist', async () => {
    const { status, stderr } = await offbeat(['unsilence', 'nonsense', '--url', url]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^offbeat: there is no silence "nonsense"; "npx offbeat silences" lists their ids[^\n]*\n$/);
  });
});
