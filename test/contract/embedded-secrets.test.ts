import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedSecrets } from '../../functions/shared/adapters/secrets/embedded.ts';
import { describeSecrets } from './secrets.ts';

describeSecrets('the environment', async () => {
  const env: Record<string, string> = {};
  const variable = (name: string): string => name.toUpperCase().replaceAll('-', '_');
  return {
    secrets: embeddedSecrets(env),
    reference: (name) => `env:${variable(name)}`,
    set: async (name, value) => {
      env[variable(name)] = value;
    },
  };
});

describeSecrets('files', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'offbeat-secrets-'));
  return {
    secrets: embeddedSecrets({}),
    reference: (name) => `file:${join(directory, name)}`,
    set: (name, value) => writeFile(join(directory, name), `${value}\n`),
    close: () => rm(directory, { recursive: true }),
  };
});
