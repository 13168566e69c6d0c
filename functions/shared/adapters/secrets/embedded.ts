import { constants, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { UsageError } from '../../domain/errors.ts';
import { referenceText } from '../../domain/secret-reference.ts';
import { withoutTokens } from '../../domain/withheld.ts';
import type { Secrets } from '../../ports/secrets.ts';

/** The largest file that is read as a secret, in bytes. */
export const secretBytesMax = 64 * 1024;

/**
 * Returns the secrets of one machine: `env:NAME` from the environment, `file:PATH` from a file without the white space around
 * its text. Each is read again every time, so that a rotated secret needs no restart.
 */
export function embeddedSecrets(env: Readonly<Record<string, string | undefined>>): Secrets {
  return {
    async get(reference) {
      const secret = await read(reference, env);
      if (secret === '') throw new UsageError(`secret ${referenceText(reference)} is empty: give it a value`);
      return secret;
    },
  };
}

async function read(reference: string, env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const [, scheme, name] = /^(env|file):(.+)$/s.exec(reference) ?? [];
  if (scheme === 'env' && name !== undefined) {
    const value = env[name];
    if (value !== undefined) return value.trim();
    const named = withoutTokens(name);
    throw new UsageError(`secret ${referenceText(reference)} is not set: set the environment variable ${named}`);
  }
  if (scheme === 'file' && name !== undefined) {
    const text = await readSmallFile(name).catch((error: NodeJS.ErrnoException) => {
      const why = error.code ?? error.message;
      throw new UsageError(`secret ${reference} cannot be read (${why}): create the file or correct its permissions`);
    });
    return text.trim();
  }
  const named = reference.startsWith('secretsmanager:') ? `secret ${referenceText(reference)}` : 'a secret';
  throw new UsageError(
    `${named}: expected env:NAME or file:PATH; secretsmanager: needs OFFBEAT_SECRETS_MANAGER_ENDPOINT, or a deployment`,
  );
}

/**
 * Reads a small file.
 * @throws {Error} if it is too large, or not a regular file: reading a pipe might never end
 */
async function readSmallFile(path: string): Promise<string> {
  requireFile(await stat(path));
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    // Another file may have replaced it since.
    requireFile(await file.stat());
    const { bytesRead, buffer } = await file.read(Buffer.alloc(secretBytesMax + 1));
    if (bytesRead > secretBytesMax) throw new Error(`larger than ${secretBytesMax / 1024} KiB`);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function requireFile(stats: Stats): void {
  if (!stats.isFile()) throw new Error('not a file');
}
