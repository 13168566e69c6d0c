import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { writeLoadRecording } from '../support/load-recording.ts';
import { Loopback } from '../support/loopback.ts';
import { allOf, echo, environment, mark, pasted, path, webhookSecret } from './marked.ts';
import { ReplayedStore } from './replayed-store.ts';
import { commandNames, offbeat } from './run-cli.ts';

const { directory } = new ReplayedStore();
const loopback = new Loopback();
const recording = join(directory, 'beats.ndjson');
writeLoadRecording(recording);
const commands = await commandNames();
afterEach(() => vi.unstubAllEnvs());
afterAll(() => loopback.close());

function fileOf(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

/** Settings with an address or a secret in a wrong place, or in the right one of a file that is wrong elsewhere. */
const wrongSettings: Readonly<Record<string, string>> = {
  'for the mapping of a webhook': `receivers:\n  - name: a\n    webhook: "${pasted}"\n`,
  'in a list': `receivers:\n  - name: a\n    webhook: ["${pasted}"]\n`,
  'nested too deep': `receivers:\n  - name: a\n    webhook: { url: { url: "${pasted}" }, secret: "env:A" }\n`,
  'under a key that is misspelt': `receivers:\n  - name: a\n    webhok: { url: "${pasted}" }\n`,
  'under a key that is unknown': `receivers:\n  - name: a\n    hook: "${pasted}"\n`,
  'for a key': `"${pasted}": 1\n`,
  'for a key of a receiver': `receivers:\n  - "${pasted}": 1\n`,
  'for the receivers': `receivers: ${pasted}\n`,
  'for one receiver': `receivers:\n  - ${pasted}\n`,
  'for the name of a receiver': `receivers:\n  - name: "${pasted}"\n    terminal: {}\n`,
  'for the name of a cluster': `cluster: { name: "${pasted}" }\n`,
  'for a duration': `alerts: { groupWait: "${pasted}" }\n`,
  'for a number': `catalogue:\n  - { match: {}, floor: "${pasted}" }\n`,
  'for a choice': `catalogue:\n  - { match: {}, direction: "${pasted}" }\n`,
  'for the whole file': `${pasted}\n`,
  'for the size of a deployment': `deployment: { size: "${pasted}" }\n`,
  'in a line that is no YAML': `receivers: [ { webhook: { url: "${pasted} } ]\n`,
  'in an alias': `a: *SEKRETalias\n`,
  twice: `receivers: ["${pasted}"]\nreceivers: ["${pasted}"]\n`,
  'in an address that is none': `receivers:\n  - name: a\n    webhook: { url: "ftp://me:SEKRETpassword@h/SEKRETpath", secret: "env:A" }\n`,
  'in an address that nothing is sent to': `receivers:\n  - name: a\n    webhook: { url: "http://me:SEKRETpassword@h/SEKRETpath", secret: "env:A" }\n`,
  'in place of the name of a secret': `receivers:\n  - name: a\n    webhook: { url: "https://h/", secret: "${webhookSecret}" }\n`,
  'as the name of a variable': `receivers:\n  - name: a\n    webhook: { url: "https://h/", secret: "env:${webhookSecret}" }\n`,
  'in a comment of a file that is wrong': `# ${pasted}\nx: 1\n`,
};

describe('an address or a secret in a settings file', () => {
  it.each(Object.entries(wrongSettings))('that is %s is not repeated', async (_place, text) => {
    const file = fileOf('wrong.yaml', text);
    for (const args of [
      ['check-settings', file],
      ['check-settings', file, '--json'],
      ['check-settings', file, '--verbose'],
      ['replay', recording, '--settings', file],
    ]) {
      expect(await allOf(args)).not.toMatch(mark);
    }
  });

  it('that is a link to a file of secrets is not repeated', async () => {
    const link = join(directory, 'link.yaml');
    symlinkSync(fileOf('passwd', 'root:SEKRET:0:0:root:/root:/bin/sh\nx:SEKRET\n'), link);
    expect(await allOf(['check-settings', link])).not.toMatch(mark);
  });
});

describe('an address or a token in a wrong place of the command line', () => {
  it.each(commands)('of %s is not repeated', async (name) => {
    for (const text of [pasted, `http://me:SEKRETpassword@h/`, webhookSecret]) {
      const given = [
        [`--${text}`],
        [`--nonsense=${text}`],
        ['--port', text],
        ['--limit', text],
        ['--for', text],
        [text, text, text, text],
      ];
      for (const more of given) {
        // A name that is looked for in vain is named; ids look like tokens.
        if (more.length === 4 && text === webhookSecret) continue;
        expect(await allOf([name, ...more]), more.join(' ')).not.toMatch(mark);
      }
    }
  });

  it.each([
    ['--url', pasted],
    ['--url', `ftp://${path}`],
    ['--url', webhookSecret],
    ['--url', `http://me:SEKRETpassword@127.0.0.1:1/SEKRETpath`],
  ])('is not repeated: %s %s', async (...more) => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
    for (const verbose of [[], ['--verbose']]) expect(await allOf(['alerts', ...more, ...verbose])).not.toMatch(mark);
    vi.unstubAllGlobals();
  });

  it('is not repeated as the name of a command', async () => {
    expect(await allOf([pasted])).not.toMatch(mark);
    expect(await allOf([webhookSecret])).not.toMatch(mark);
  });
});

describe('an address in a right place of the command line', () => {
  const hidden = 'https://hooks.example.com/…';
  const store = ['--data', join(directory, 'store')];
  const listed = async (): Promise<readonly { id: string; matchers: object; by: string; note: string }[]> =>
    JSON.parse((await offbeat(['silences', ...store, '--json'])).stdout).silences;

  it('is kept as it is, and shown as its host alone: silence, silences, unsilence', async () => {
    await allOf(['replay', recording, ...store]);
    const as = ['--by', pasted, '--note', pasted];
    const made = await allOf(['silence', ...store, '--cluster', 'recorded', '--for', '2h', `entity=${pasted}`, ...as]);
    expect(made).toContain(`entity=${hidden} of recorded`);
    const [silence] = await listed();
    expect(silence).toMatchObject({ matchers: { entity: pasted }, by: pasted, note: pasted });
    const shown = await allOf(['silences', ...store]);
    expect(shown).toContain(`recorded  entity=${hidden}  by ${hidden}: ${hidden}`);
    const ended = await allOf(['unsilence', silence!.id, ...store, ...as]);
    expect(ended).toContain(`ended by ${hidden}: the silence of entity=${hidden} of recorded`);
    expect(made + shown + ended).not.toMatch(mark);
  });
});

describe('an address or a secret in the environment', () => {
  it.each([
    ['OFFBEAT_OPENSEARCH_URL', `ftp://me:SEKRETpassword@h/SEKRETpath`],
    ['OFFBEAT_OPENSEARCH_URL', `http://me:SEKRETpassword@h/SEKRETpath`],
    ['OFFBEAT_OPENSEARCH_URL', webhookSecret],
    ['OFFBEAT_S3_ENDPOINT', pasted.replace('https:', 'ftp:')],
    ['OFFBEAT_KAFKA_BROKERS', pasted],
    ['OFFBEAT_KAFKA_BROKERS', webhookSecret],
    ['OFFBEAT_KAFKA_BROKERS', `me:SEKRETpassword@h`],
  ])('is not repeated where %s is %s', async (name, value) => {
    vi.stubEnv(name, value);
    const args = ['start', '--data', join(directory, 'none'), '--no-replay', '--no-host', '--port', '0'];
    expect(await allOf(args)).not.toMatch(mark);
    expect(await allOf([...args, '--verbose'])).not.toMatch(mark);
  });

  it.each([
    ['OFFBEAT_KAFKA_SASL', webhookSecret],
    ['OFFBEAT_KAFKA_TLS', webhookSecret],
    ['OFFBEAT_KAFKA_PARTITIONS', webhookSecret],
    ['OFFBEAT_KAFKA_SESSION', webhookSecret],
    ['OFFBEAT_KAFKA_PASSWORD', webhookSecret],
    ['OFFBEAT_KAFKA_PASSWORD', pasted],
    ['OFFBEAT_KAFKA_PASSWORD', 'me:SEKRETpassword'],
    ['OFFBEAT_KAFKA_PASSWORD', 'env:TEST_PASSWORD'],
    ['OFFBEAT_KAFKA_CA', pasted],
  ])(
    'is not repeated where brokers hang up and %s is %s',
    async (name, value) => {
      const port = await loopback.tcp((socket) => socket.destroy());
      vi.stubEnv('OFFBEAT_KAFKA_BROKERS', `127.0.0.1:${port}`);
      vi.stubEnv('OFFBEAT_KAFKA_SASL', 'plain');
      vi.stubEnv('OFFBEAT_KAFKA_USERNAME', 'me');
      vi.stubEnv('OFFBEAT_KAFKA_PASSWORD', 'env:TEST_PASSWORD');
      vi.stubEnv('TEST_PASSWORD', 'SEKRET password');
      vi.stubEnv(name, value);
      const args = ['start', '--data', join(directory, 'none'), '--no-replay', '--no-host', '--port', '0'];
      for (const verbose of [[], ['--verbose']]) expect(await allOf([...args, ...verbose])).not.toMatch(mark);
    },
    60_000,
  );

  it.each([401, 403, 500])(
    'is not repeated where servers echo it with status %i',
    async (status) => {
      const port = await loopback.http(echo(status));
      const args = ['start', '--data', join(directory, 'none'), '--no-replay', '--no-host', '--port', '0'];
      for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
      vi.stubEnv('OFFBEAT_OPENSEARCH_AUTH', 'basic');
      vi.stubEnv('OFFBEAT_OPENSEARCH_USERNAME', 'me');
      vi.stubEnv('OFFBEAT_OPENSEARCH_PASSWORD', 'env:TEST_PASSWORD');
      for (const name of [
        'OFFBEAT_OPENSEARCH_URL',
        'OFFBEAT_DYNAMODB_ENDPOINT',
        'OFFBEAT_S3_ENDPOINT',
        'OFFBEAT_SNS_ENDPOINT',
      ]) {
        vi.stubEnv(name, `http://127.0.0.1:${port}`);
        const { status: ended, stdout, stderr } = await offbeat([...args, '--verbose']);
        expect(ended, stdout + stderr).not.toBe(0);
        expect(stdout + stderr).not.toMatch(mark);
        expect(stdout + stderr).not.toContain(Buffer.from('me:SEKRET password').toString('base64'));
        vi.stubEnv(name, '');
      }
    },
    120_000,
  );
});
