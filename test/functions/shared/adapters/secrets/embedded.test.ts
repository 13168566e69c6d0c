import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { embeddedSecrets, secretBytesMax } from '../../../../../functions/shared/adapters/secrets/embedded.ts';
import { UsageError } from '../../../../../functions/shared/domain/errors.ts';

// The contract of all secrets is tested in test/contract/embedded-secrets.test.ts.

const directory = mkdtempSync(join(tmpdir(), 'offbeat-secrets-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return `file:${join(directory, name)}`;
}

async function refusalOf(reference: string, env: Record<string, string> = {}): Promise<string> {
  const error: unknown = await embeddedSecrets(env)
    .get(reference)
    .then(() => new Error('it was given'))
    .catch((refusal: unknown) => refusal);
  if (!(error instanceof UsageError)) throw error;
  return error.message;
}

describe('a secret of this machine', () => {
  it.each(['s3cret', 's3cret\n', 's3cret\r\n', ' s3cret \n\n'])(
    'written as %j is given without the space around it',
    async (text) => {
      expect(await embeddedSecrets({ PAGER: text }).get('env:PAGER')).toBe('s3cret');
      expect(await embeddedSecrets({}).get(file('padded', text))).toBe('s3cret');
    },
  );

  it('a secret of several words keeps the space between them: two secrets during a rotation', async () => {
    expect(await embeddedSecrets({}).get(file('two', 'whsec_old\nwhsec_new\n'))).toBe('whsec_old\nwhsec_new');
  });

  it('a secret may be in a file whose path contains a colon', async () => {
    expect(await embeddedSecrets({}).get(file('a:b', 's3cret'))).toBe('s3cret');
  });

  it('an empty secret is refused, because a signature by it proves nothing', async () => {
    expect(await refusalOf('env:PAGER', { PAGER: ' \n' })).toContain('env:PAGER is empty');
    const empty = file('empty', '\n');
    expect(await refusalOf(empty)).toContain(`${empty} is empty`);
  });

  it('a missing secret is reported with its remedy', async () => {
    expect(await refusalOf('env:PAGER')).toContain('set the environment variable PAGER');
    expect(await refusalOf(`file:${join(directory, 'none')}`)).toContain('ENOENT');
    mkdirSync(join(directory, 'folder'));
    expect(await refusalOf(`file:${join(directory, 'folder')}`)).toContain('(not a file)');
  });

  it.skipIf(process.platform === 'win32')('in a pipe is refused at once, with or without a writer', async () => {
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(await refusalOf(`file:${pipe}`)).toContain('cannot be read (not a file)');
  });

  it(`a secret in a file of more than ${secretBytesMax} bytes is refused`, async () => {
    const longest = 'x'.repeat(secretBytesMax);
    expect(await embeddedSecrets({}).get(file('longest', longest))).toBe(longest);
    expect(await refusalOf(file('longer', `${longest}x`))).toContain('cannot be read (larger than 64 KiB)');
  });

  it('a reference to Secrets Manager is refused with its remedy', async () => {
    expect(await refusalOf('secretsmanager:offbeat/pager')).toMatch(/secretsmanager:offbeat\/pager.*or a deployment/);
  });

  it('a secret that was pasted in place of a reference is not shown', async () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    for (const pasted of [secret, `env:${secret}`, `https://hooks.example.com/${secret}`, `me:${secret}`]) {
      expect(await refusalOf(pasted)).not.toContain('MfKQ');
    }
    expect(await refusalOf(`env:${secret}`, { [secret]: '' })).not.toContain('MfKQ');
  });
});
