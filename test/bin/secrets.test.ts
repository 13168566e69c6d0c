import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { terminalOf } from '../../bin/terminal.ts';
import { startEmbedded } from '../../local/run.ts';
import { loadSettings } from '../../settings/file.ts';
import { writeLoadRecording } from '../support/load-recording.ts';
import { Loopback } from '../support/loopback.ts';
import { patience } from '../support/patience.ts';
import { callerIdentity, type WireAnswer } from './account/recorded-answers.ts';
import { allOf, echo, environment, mark, path, webhookSecret } from './marked.ts';
import { ReplayedStore } from './replayed-store.ts';
import { commandNames } from './run-cli.ts';

const { directory } = new ReplayedStore();
const loopback = new Loopback();
const data = join(directory, 'data');
const settings = join(directory, 'offbeat.yaml');
const recording = join(directory, 'beats.ndjson');
const flags = ['--data', data, '--settings', settings];

function fileOf(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

/** Secrets Manager, with one secret under every name. */
const secretsManager: RequestListener = (request, response) => {
  const answer = JSON.stringify({ Name: 'pager', SecretString: webhookSecret });
  request
    .resume()
    .on('end', () => response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(answer));
};

/** Returns a listener that gives STS its answer, and echoes the requests to every other service. */
const echoAllBut =
  ({ status, type, body }: WireAnswer): RequestListener =>
  (request, response) => {
    const isSts = request.headers.authorization?.includes('/sts/aws4_request') === true;
    if (isSts) request.resume().on('end', () => response.writeHead(status, { 'content-type': type }).end(body));
    else echo(400)(request, response);
  };

/** The output of a run, and the answers of its HTTP API. */
let run = { printed: '', answered: '' };
let alertId = '';
/** The address of an AWS that knows its caller, and refuses every other call with the whole request as the reason. */
let echoingAws = '';

beforeAll(async () => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.stubEnv('OFFBEAT_SECRETS_MANAGER_ENDPOINT', `http://127.0.0.1:${await loopback.http(secretsManager)}`);
  echoingAws = `http://127.0.0.1:${await loopback.http(echoAllBut(callerIdentity()))}`;
  const receivers: readonly (readonly [name: string, url: string, secret: string])[] = [
    ['failing', `http://127.0.0.1:${await loopback.http(echo(500))}/${path}`, 'env:TEST_PAGER'],
    ['gone', `http://127.0.0.1:${await loopback.http(echo(410))}/${path}`, `file:${fileOf('secret', webhookSecret)}`],
    ['moved', `http://127.0.0.1:${await loopback.http(echo(302))}/${path}`, 'env:TEST_PAGER'],
    ['dead', `http://127.0.0.1:${await loopback.deadPort()}/${path}`, 'env:TEST_PAGER'],
    ['broken', `http://127.0.0.1:${await loopback.http(echo(200))}/${path}`, 'env:TEST_BROKEN'],
    ['unset', `http://127.0.0.1:${await loopback.http(echo(200))}/${path}`, 'env:TEST_UNSET'],
    ['managed', `http://127.0.0.1:${await loopback.http(echo(503))}/${path}`, 'secretsmanager:pager'],
    ['log-in', `http://me:SEKRETpassword@127.0.0.1:${await loopback.http(echo(200))}/${path}`, 'env:TEST_PAGER'],
  ];
  const entries = receivers.map(
    ([name, url, secret]) =>
      `  - name: ${name}\n    webhook: { url: "${url}", secret: "${secret}", allowPrivate: true, timeout: 2s }\n`,
  );
  writeFileSync(settings, `receivers:\n  - name: terminal\n    terminal: {}\n${entries.join('')}`);
  writeLoadRecording(recording, `{"@timestamp":"no time","host":{"name":"a"}}`);
  run = await duringStart(receivers.map(([name]) => name));
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await loopback.close();
});

/** Runs `start` until every receiver has a delivery that failed. */
async function duringStart(receivers: readonly string[]): Promise<typeof run> {
  const stream = new PassThrough();
  let printed = '';
  stream.on('data', (piece) => {
    printed += piece;
  });
  const terminal = terminalOf({ stdin: Readable.from([]), stdout: stream, stderr: stream, env: {} });
  const stop = new AbortController();
  const { promise: listening, resolve: onListening } = Promise.withResolvers<string>();
  const ended = startEmbedded({
    dataDir: data,
    port: 0,
    replayFile: recording,
    speed: 'max',
    host: false,
    settings: loadSettings(settings),
    env: process.env,
    out: terminal.write,
    err: terminal.warn,
    signal: stop.signal,
    onListening,
  });
  try {
    const url = await listening;
    const get = async (route: string): Promise<string> => (await fetch(`${url}/api/${route}`)).text();
    await vi.waitFor(async () => {
      const { deliveries } = JSON.parse(await get('deliveries?limit=1000'));
      const names = new Set(deliveries.map(({ receiver }: { receiver: string }) => receiver));
      expect([...names].sort()).toEqual([...receivers].sort());
    }, patience);
    const { alerts } = JSON.parse(await get('alerts'));
    alertId = alerts[0].id;
    const series = encodeURIComponent('recorded/host/node-a system.load.norm.1');
    const routes = [
      'health',
      'alerts',
      `alerts/${alertId}`,
      'silences',
      'silences/none',
      'anomalies',
      'deliveries?limit=1000',
      'series',
      `samples?series=${series}`,
      `summaries?series=${series}`,
      'none',
    ];
    const answers = await Promise.all(routes.map(get));
    const wrong = await fetch(`${url}/api/commands`, {
      method: 'POST',
      body: '{"action":"x"}',
      headers: { 'content-type': 'application/json' },
    });
    return { printed, answered: [...answers, await wrong.text()].join('\n') };
  } finally {
    stop.abort();
    await ended;
  }
}

const event = (name: string): string => join(import.meta.dirname, '../../events', name);
const series = 'recorded/host/node-a system.load.norm.1';

/** The arguments for each command. The settings and the environment are right, and the receivers fail. */
const runs: Readonly<Record<string, () => readonly (readonly string[])[]>> = {
  start: () => [['start', '--port', '1', '--listen', '192.0.2.1', '--no-replay', '--no-host', ...flags]],
  replay: () => [
    ['replay', recording, '--settings', settings],
    ['replay', recording, '--settings', settings, '--json'],
  ],
  backtest: () => {
    const labels = fileOf('labels.json', '{"incidents":[]}');
    return [
      ['backtest', recording, '--labels', labels, '--settings', settings],
      ['backtest', recording, '--labels', labels, '--settings', settings, '--json'],
    ];
  },
  detect: () => [['detect', fileOf('good.csv', 'timestamp,value\n1,1\n')]],
  invoke: () => [
    ...['api.health.json', 'api.deliveries.json'].map((file) => [
      'invoke',
      'api',
      event(file),
      '--settings',
      settings,
      '--logs',
    ]),
    ['invoke', 'notify', event('notify.alert.json'), '--settings', settings],
    ['invoke', 'notify', event('notify.alert.json'), '--settings', settings, '--logs'],
  ],
  alerts: () => [
    ['alerts', ...flags],
    ['alerts', ...flags, '--json'],
  ],
  ack: () => [['ack', alertId, ...flags]],
  resolve: () => [['resolve', alertId, ...flags]],
  feedback: () => [['feedback', alertId, 'noise', ...flags]],
  silence: () => [['silence', 'name=x', '--cluster', 'recorded', '--for', '1h', ...flags]],
  silences: () => [
    ['silences', ...flags],
    ['silences', ...flags, '--json'],
  ],
  unsilence: () => [['unsilence', 'no-such-silence', ...flags]],
  deliveries: () => [
    ['deliveries', ...flags],
    ['deliveries', ...flags, '--json'],
  ],
  redrive: () => [
    ['redrive', '--dry-run', ...flags],
    ['redrive', ...flags],
  ],
  warm: () => [['warm', ...flags]],
  why: () => [
    ['why', alertId, ...flags],
    ['why', alertId, ...flags, '--json'],
    ['why', series, ...flags],
    ['why', series, ...flags, '--json'],
  ],
  series: () => [
    ['series', ...flags],
    ['series', ...flags, '--json'],
  ],
  status: () => [
    ['status', ...flags],
    ['status', ...flags, '--json'],
  ],
  inventory: () => [
    ['inventory', ...flags],
    ['inventory', ...flags, '--json'],
  ],
  collect: () => [['collect', 'moosefs://127.0.0.1:1']],
  'check-settings': () => [
    ['check-settings', settings],
    ['check-settings', settings, '--json'],
  ],
  'check-account': () => {
    vi.stubEnv('AWS_ENDPOINT_URL', echoingAws);
    return [
      ['check-account', '--settings', settings],
      ['check-account', '--settings', settings, '--json'],
    ];
  },
  'new-epoch': () => [['new-epoch', 'detect', ...flags]],
  backup: () => [['backup', join(directory, 'copy.db'), '--data', data]],
};

/** The reason why each receiver accepts nothing; together they are all ways to fail. */
const failures: Readonly<Record<string, string>> = {
  failing: 'server error 500',
  gone: 'gone 410',
  moved: 'redirected 302',
  dead: 'connection failed',
  broken: 'secret not usable',
  unset: 'secret not usable',
  managed: 'server error 503',
  'log-in': 'credentials in the URL',
};

describe('a secret that settings and environment name', () => {
  it('is searched for in the output of every command', async () => {
    expect((await commandNames()).sort()).toEqual(Object.keys(runs).sort());
  });

  it('is in no line of a run whose receivers fail, each in a different way', () => {
    for (const [name, why] of Object.entries(failures)) {
      expect(run.printed).toMatch(new RegExp(`(${name} did not take alert \\w+|given up for ${name}) \\(${why}\\)`));
    }
    expect(run.printed).not.toMatch(mark);
  });

  it('is in no answer of the HTTP API', () => {
    expect(run.answered).toContain('"failing"');
    expect(run.answered).not.toMatch(mark);
  });

  it.each(Object.keys(runs))('is in nothing that %s prints', async (name) => {
    for (const args of runs[name]!()) {
      expect(await allOf(args), args.join(' ')).not.toMatch(mark);
      expect(await allOf([...args, '--verbose']), args.join(' ')).not.toMatch(mark);
    }
  });

  it('is in no file of the store, and in no backup of it', async () => {
    const copy = join(directory, 'another-copy.db');
    await allOf(['backup', copy, '--data', data]);
    const files = [...readdirSync(data).map((name) => join(data, name)), copy];
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect(readFileSync(file, 'latin1')).not.toMatch(mark);
  });
});
