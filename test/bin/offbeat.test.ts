import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vm from 'node:vm';
import { afterAll, describe, expect, it } from 'vitest';
import { offbeat, spawnOffbeat } from './run-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-cli-'));
afterAll(() => rmSync(directory, { recursive: true }));

function fileOf(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const verbs = [
  'start',
  'replay',
  'detect',
  'invoke',
  'alerts',
  'ack',
  'resolve',
  'feedback',
  'silence',
  'silences',
  'unsilence',
  'deliveries',
  'redrive',
  'why',
  'check-settings',
  'check-account',
  'new-epoch',
  'backup',
];

describe('the command line', () => {
  it('names every command in its help', async () => {
    const { status, stdout } = await spawnOffbeat(['--help']);
    expect(status).toBe(0);
    for (const verb of verbs) expect(stdout).toMatch(new RegExp(`^  ${verb} `, 'm'));
  });

  it.each(verbs)('shows an example in the help of %s', async (verb) => {
    const { status, stdout } = await offbeat([verb, '--help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`Examples:\n  .*npx offbeat ${verb}`));
  });

  it.each([
    [['alrts'], "unknown command 'alrts' (Did you mean alerts?)"],
    [['alerts', '--jsn'], "unknown option '--jsn' (Did you mean --json?)"],
    [['replay'], "missing required argument 'file'"],
    [['start', '--port', '70000'], 'Expected a whole number from 0 to 65535'],
    [['start', '--speed', '0'], 'Expected "max", or how many times faster than real time'],
    [['silence', 'a=b', '--cluster', 'c', '--for', '2'], 'Expected a duration such as 30m, 2h or 1d'],
    [
      ['silence', 'a=b', '--cluster', 'c', '--for', '2h', '--start', '2026-11-23T22:00'],
      'Expected a time with its zone',
    ],
    [
      ['silence', 'a=b', '--cluster', 'c', '--for', '2h', '--start', '2026-02-30T22:00Z'],
      'Expected a time with its zone',
    ],
    [['silence', 'a=b', '--cluster', 'c', '--for', '2h', '--start', 'tomorrow'], 'Expected a time with its zone'],
    [['silence', 'a=b', '--cluster', 'c', '--fr', '2h'], "unknown option '--fr' (Did you mean --for?)"],
    [['silence', 'a=b', '--for', '2h'], "required option '--cluster <name>' not specified"],
    [
      ['silence', 'prod/host/node-a', '--cluster', 'c', '--for', '2h'],
      'matcher (not shown here): expected label=glob, such as entity=prod/host/*',
    ],
    [['silence', 'host', '--cluster', 'c', '--for', '2h'], 'matcher "host": expected label=glob'],
    [['silence', 'name=a', 'name=b', '--cluster', 'c', '--for', '2h'], 'label name is named twice'],
    [['silences', '--state', 'open'], 'Allowed choices are pending, active, over'],
    [['alerts', '--url', 'http://127.0.0.1:1', '--data', '.'], "option '--data <dir>' cannot be used with"],
    [['alerts', '--port', '1', '--data', '.'], "option '--data <dir>' cannot be used with option '--port <n>'"],
    [['deliveries', '--state', 'lost'], 'Allowed choices are waiting, given up, delivered'],
    [['alerts', '--url', 'localhost'], '--url: expected an address such as http://127.0.0.1:8787, got "localhost"'],
    [['alerts', '--data', '/nowhere/at-all'], 'there is no store in /nowhere/at-all'],
    [['invoke', 'detect', 'nowhere.json'], 'cannot read event nowhere.json'],
    [['detect', 'nowhere.csv'], 'cannot read nowhere.csv'],
    [['ack', ''], "Expected an alert's id"],
    [['resolve', ' '], "Expected an alert's id"],
    [['unsilence', ''], "Expected a silence's id"],
    [['why', ''], "Expected an alert's id or a series"],
    [['new-epoch', 'notify'], 'Allowed choices are normalise, detect, alert'],
  ])('%j is a usage error, reported in one line with the remedy', async (args, message) => {
    const { status, stdout, stderr } = await offbeat(args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^offbeat: [^\n]+\n$/);
    expect(stderr).toContain(message);
  });

  it('names the remedy if no server answers, and fails', async () => {
    const { status, stderr } = await spawnOffbeat(['alerts', '--url', 'http://127.0.0.1:1']);
    expect(status).toBe(1);
    expect(stderr).toBe(
      'offbeat: nothing answers at http://127.0.0.1:1; run "npx offbeat start", name another with --url, or a store with --data\n',
    );
  });

  it('shows the stack of an error with --verbose alone', async () => {
    const { stderr } = await offbeat(['alerts', '--url', 'http://127.0.0.1:1', '--verbose']);
    expect(stderr).toMatch(/\n {4}at /);
  });
});

describe('under a Node that is too old', () => {
  const source = readFileSync(join(import.meta.dirname, '../../bin/offbeat.js'), 'utf8').replace(/^#!.*\n/, '');

  /** Runs the entry as a Node of this version would see it. */
  function runUnder(version: string): { exitCode: number | undefined; stderr: string } {
    const outcome = { exitCode: undefined as number | undefined, stderr: '' };
    const write = (text: string): void => {
      outcome.stderr += text;
    };
    const fakeProcess = {
      versions: { node: version },
      stderr: { write },
      set exitCode(status: number) {
        outcome.exitCode = status;
      },
    };
    vm.runInNewContext(source, { process: fakeProcess });
    return outcome;
  }

  it.each(['12.22.0', '20.20.2', '23.11.0'])('%s, the entry reports it in one line with the remedy', (version) => {
    const { exitCode, stderr } = runUnder(version);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^offbeat needs Node 24 or newer, and this is [\d.]+: npm ci brings its own, .*npx offbeat.*\n$/,
    );
  });
});

describe('check-settings', () => {
  it('prints ok and the settings in force, without any file', async () => {
    const { status, stdout } = await spawnOffbeat(['check-settings'], '', directory);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ok: no settings file, so the defaults\ncluster {4}local\n/);
  });

  it('finds offbeat.yaml where it is run', async () => {
    const own = mkdtempSync(join(directory, 'own-'));
    writeFileSync(join(own, 'offbeat.yaml'), 'cluster: { name: prod }\n');
    const { status, stdout } = await spawnOffbeat(['check-settings', '--json'], '', own);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).cluster.name).toBe('prod');
  });

  it('ends in a usage error of one line for a file with two problems', async () => {
    const file = fileOf('bad.yaml', 'alerts:\n  groupWiat: 30s\n  groupWait: soon\n');
    const { status, stdout, stderr } = await offbeat(['check-settings', file]);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      `offbeat: ${file}:2: alerts.groupWiat: unknown key; did you mean groupWait? | ` +
        'line 3: alerts.groupWait: expected a duration such as 30s, 5m or 4h, got "soon"\n',
    );
  });

  it.each([
    ['check-settings', 'FILE'],
    ['start', '--settings', 'FILE'],
    ['replay', 'beats.ndjson', '--settings', 'FILE'],
  ])('does not wait for a pipe without a writer: %s', async (...args) => {
    const pipe = join(directory, `pipe-of-${args[0]}`);
    execFileSync('mkfifo', [pipe]);
    // In a process of its own: one that waits for a pipe could not be stopped from within.
    const { status, stdout, stderr } = await spawnOffbeat(args.map((arg) => (arg === 'FILE' ? pipe : arg)));
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^offbeat: cannot read settings .* \(a pipe, not a file\); name another file .*\n$/);
  });

  it('refuses an offbeat.yaml that is a broken link', async () => {
    const own = mkdtempSync(join(directory, 'own-'));
    symlinkSync('nothing.yaml', join(own, 'offbeat.yaml'));
    const { status, stderr } = await spawnOffbeat(['check-settings'], '', own);
    expect(status).toBe(2);
    expect(stderr).toContain('cannot read settings offbeat.yaml (ENOENT)');
  });

  it('prints no control characters of a valid file', async () => {
    const file = fileOf('esc.yaml', 'cluster: { name: "a\\e[2Jb" }\n');
    const { status, stdout } = await offbeat(['check-settings', file]);
    expect(status).toBe(0);
    expect(stdout).toContain('cluster    a\\u001b[2Jb\n');
  });

  it.each([
    ['http://hooks.example.com/T0/B0', 'http://hooks.example.com: plain http; use https'],
    ['http://127.0.0.1:9911/T0/B0', 'http://127.0.0.1:9911: not a public address; allowPrivate permits'],
    ['https://10.0.0.1/T0/B0', 'https://10.0.0.1: not a public address; allowPrivate permits'],
    [
      'https://169.254.169.254/T0/B0',
      'https://169.254.169.254: not a public address; nothing is ever sent to an address of this kind: use another one',
    ],
    ['https://localhost/T0/B0', 'https://localhost: not a public address; it names this machine; allowPrivate permits'],
    ['https://hooks.example.com:8443/T0/B0', 'https://hooks.example.com:8443: unusual port; use 443'],
  ])('names a webhook that no message could be sent to: %s', async (url, why) => {
    const file = fileOf('unsent.yaml', `receivers:\n  - name: team\n    webhook: { url: "${url}", secret: "env:S" }\n`);
    const { status, stdout, stderr } = await offbeat(['check-settings', file]);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`offbeat: ${file}: receivers, team: no message could be sent to it: ${why}`);
    expect(stderr).not.toContain('T0');
  });

  it('names link-local addresses where private ones are allowed, and not those', async () => {
    const webhook = (url: string): string => `webhook: { url: "${url}", secret: "env:S", allowPrivate: true }`;
    const receivers = [
      `- name: a\n    ${webhook('http://169.254.169.254/')}`,
      `- name: b\n    ${webhook('http://10.0.0.1:9/')}`,
    ];
    const file = fileOf('private.yaml', `receivers:\n  ${receivers.join('\n  ')}\n`);
    const { status, stderr } = await offbeat(['check-settings', file]);
    expect(status).toBe(2);
    expect(stderr.match(/receivers, (\w+)/g)).toEqual(['receivers, a']);
    expect(stderr).toContain('nothing is ever sent to an address of this kind: use another one');
  });

  it('warns of a secret that cannot be read here', async () => {
    const there = fileOf('secret', 'whsec_AAAA');
    const receiver = (name: string, secret: string): string =>
      `- name: ${name}\n    webhook: { url: "https://hooks.example.com/", secret: "${secret}" }`;
    const receivers = [
      receiver('a', 'env:NOT_SET_ANYWHERE'),
      receiver('b', 'file:/nowhere/at-all'),
      receiver('c', 'secretsmanager:offbeat'),
      receiver('d', `file:${there}`),
    ];
    const file = fileOf('secrets.yaml', `receivers:\n  ${receivers.join('\n  ')}\n`);
    const { status, stderr } = await offbeat(['check-settings', file]);
    expect(status).toBe(0);
    expect(stderr.split('\n')).toEqual([
      'warning: receivers, a: secret env:NOT_SET_ANYWHERE is not set: set the environment variable NOT_SET_ANYWHERE',
      'warning: receivers, b: secret file:/nowhere/at-all cannot be read (ENOENT): create the file or correct its permissions',
      expect.stringMatching(
        /^warning: receivers, c: secret secretsmanager:offbeat: .*OFFBEAT_SECRETS_MANAGER_ENDPOINT/,
      ),
      '',
    ]);
  });

  it("does not show a webhook's address, which often is the secret", async () => {
    const file = fileOf(
      'hook.yaml',
      'receivers:\n  - name: team\n    webhook: { url: "https://hooks.example.com/T0/B0", secret: "env:S" }\n',
    );
    const { stdout } = await offbeat(['check-settings', file]);
    expect(stdout).toContain('receivers  team (webhook at hooks.example.com)');
    expect(stdout).not.toContain('T0/B0');
  });
});
