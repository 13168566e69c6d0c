import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { UnavailableError, UsageError } from '../../domain/errors.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { awsError, isUnreadableAnswer } from '../aws/errors.ts';
import { embeddedSecrets } from './embedded.ts';

export interface SecretsManagerOptions {
  readonly client: SecretsManagerClient;
  /** Milliseconds that only grow. @default those of this process */
  readonly now?: () => number;
  /** For all of a call, retries included. @default 5,000 */
  readonly timeoutMs?: number;
}

/** A rotated secret is seen after so long: AWS charges each call, and a receiver takes the old one meanwhile. */
export const secretKeptMs = 60_000;

const scheme = 'secretsmanager:';

interface Kept {
  readonly value: Promise<string>;
  readonly untilMs: number;
}

/**
 * `secretsmanager:NAME`, a name or an ARN, without the space around its text. Kept for a minute.
 *
 * `get` throws {@link UsageError} where there is no text under that name, {@link UnavailableError} where a later try
 * may succeed, and what AWS refuses for a policy as it is. No error holds any of a secret, in its cause neither.
 */
export function secretsManagerSecrets(options: SecretsManagerOptions): Secrets {
  const { client, now = () => performance.now(), timeoutMs = 5_000 } = options;
  const kept = new Map<string, Kept>();
  return {
    async get(reference) {
      const found = kept.get(reference);
      if (found !== undefined && now() < found.untilMs) return found.value;
      const value = read(reference, client, timeoutMs);
      kept.set(reference, { value, untilMs: now() + secretKeptMs });
      value.catch(() => {
        // Not an older question's failure over a newer one's answer.
        if (kept.get(reference)?.value === value) kept.delete(reference);
      });
      return value;
    },
  };
}

/** `env:NAME`, `file:PATH` and `secretsmanager:NAME`: whatever a receiver's settings may name. */
export function secretsOf(
  env: Readonly<Record<string, string | undefined>>,
  secretsManager: SecretsManagerOptions,
): Secrets {
  const here = embeddedSecrets(env);
  const there = secretsManagerSecrets(secretsManager);
  return { get: (reference) => (reference.startsWith(scheme) ? there : here).get(reference) };
}

async function read(reference: string, client: SecretsManagerClient, timeoutMs: number): Promise<string> {
  const name = reference.startsWith(scheme) ? reference.slice(scheme.length) : '';
  // What is no reference at all may be the secret itself, pasted.
  if (name === '') throw new UsageError('a secret: expected secretsmanager:NAME');
  const text = await ask(reference, name, client, timeoutMs);
  if (text === undefined) throw new UsageError(`secret ${reference} is binary: store it as text`);
  if (text.trim() === '') throw new UsageError(`secret ${reference} is empty: give it a value`);
  return text.trim();
}

async function ask(
  reference: string,
  SecretId: string,
  client: SecretsManagerClient,
  timeoutMs: number,
): Promise<string | undefined> {
  try {
    const abortSignal = AbortSignal.timeout(timeoutMs);
    return (await client.send(new GetSecretValueCommand({ SecretId }), { abortSignal })).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      throw new UsageError(`secret ${reference} does not exist: create it in Secrets Manager, in this region`);
    }
    throw withoutContent(reference, error);
  }
}

/** An answer that cannot be read is quoted in the words of the parser, and hangs on its error as a whole. */
function withoutContent(reference: string, error: unknown): Error {
  const doing = `Secrets Manager, read ${reference}`;
  if (isUnreadableAnswer(error)) return new UnavailableError(`${doing}: the answer cannot be read`);
  const { name, message } = awsError(doing, error);
  if (name === 'UnavailableError') return new UnavailableError(message);
  return Object.assign(new Error(message), { name });
}
