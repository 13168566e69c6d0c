import { readFile } from 'node:fs/promises';
import { UsageError } from '../../domain/errors.ts';
import type { Secrets } from '../../ports/secrets.ts';

/**
 * Secrets of one machine: `env:NAME` from the environment, `file:PATH` from a file without its trailing line break.
 * Read anew each time, so that a rotated secret needs no restart.
 */
export function embeddedSecrets(env: Readonly<Record<string, string | undefined>>): Secrets {
  return {
    async get(reference) {
      const secret = await read(reference, env);
      if (secret === '') throw new UsageError(`secret ${reference} is empty: give it a value`);
      return secret;
    },
  };
}

async function read(reference: string, env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const [, scheme, name] = /^([a-z]+):(.+)$/s.exec(reference) ?? [];
  if (scheme === 'env' && name !== undefined) {
    const value = env[name];
    if (value === undefined)
      throw new UsageError(`secret ${reference} is not set: set the environment variable ${name}`);
    return value.trim();
  }
  if (scheme === 'file' && name !== undefined) {
    const text = await readFile(name, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(
        `secret ${reference} cannot be read (${error.code}): create the file or mend its permissions`,
      );
    });
    return text.trim();
  }
  // What is no reference at all may be the secret itself, pasted.
  const named = scheme === undefined ? 'a secret' : `secret ${reference}`;
  throw new UsageError(
    `${named}: expected env:NAME or file:PATH; secretsmanager: needs OFFBEAT_SECRETS_MANAGER_ENDPOINT, or a deployment`,
  );
}
