import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { UnavailableError, UsageError } from '../../domain/errors.ts';
import { isObject } from '../../domain/json-object.ts';
import { isSecretsManagerReference } from '../../domain/secret-reference.ts';
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

interface Kept {
  readonly text: Promise<string>;
  readonly untilMs: number;
}

/**
 * `secretsmanager:NAME`, a name or an ARN, without the space around its text; `secretsmanager:NAME#key` is one text of
 * a secret that is a JSON object, as MSK and Lambda want those of a log-in: `{ "username": …, "password": … }`. Kept
 * for a minute.
 *
 * `get` throws {@link UsageError} where there is no text under that name, {@link UnavailableError} where a later try
 * may succeed, and what AWS refuses for a policy as it is. No error holds any of a secret, in its cause neither.
 */
function secretsManagerSecrets(options: SecretsManagerOptions): Secrets {
  const { client, now = () => performance.now(), timeoutMs = 5_000 } = options;
  const kept = new Map<string, Kept>();
  return {
    async get(reference) {
      const { name, key } = partsOf(reference);
      const found = kept.get(name);
      if (found !== undefined && now() < found.untilMs) return textAt(reference, key, await found.text);
      const text = ask(reference, name, client, timeoutMs);
      kept.set(name, { text, untilMs: now() + secretKeptMs });
      text.catch(() => {
        // Not an older question's failure over a newer one's answer.
        if (kept.get(name)?.text === text) kept.delete(name);
      });
      return textAt(reference, key, await text);
    },
  };
}

/** Neither a name nor an ARN holds a `#`. */
function partsOf(reference: string): { readonly name: string; readonly key: string | undefined } {
  const [, name, key] = /^secretsmanager:([^#]+)(?:#(.+))?$/s.exec(reference) ?? [];
  // What is no reference at all may be the secret itself, pasted.
  if (name === undefined) throw new UsageError('a secret: expected secretsmanager:NAME or secretsmanager:NAME#key');
  return { name, key };
}

function textAt(reference: string, key: string | undefined, text: string): string {
  const value = key === undefined ? text : memberOf(reference, key, text);
  if (value.trim() === '') throw new UsageError(`secret ${reference} is empty: give it a value`);
  return value.trim();
}

function memberOf(reference: string, key: string, text: string): string {
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch {
    // The parser's error quotes what it could not read.
  }
  const value = isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
  if (typeof value === 'string') return value;
  const problem = isObject(object) ? `has no text under "${key}"` : 'is no JSON object';
  throw new UsageError(`secret ${reference} ${problem}: expected { "${key}": "…" }`);
}

/** `env:NAME`, `file:PATH`, `secretsmanager:NAME` and `secretsmanager:NAME#key`: whatever a receiver's settings may name. */
export function secretsOf(
  env: Readonly<Record<string, string | undefined>>,
  secretsManager: SecretsManagerOptions,
): Secrets {
  const here = embeddedSecrets(env);
  const there = secretsManagerSecrets(secretsManager);
  return { get: (reference) => (isSecretsManagerReference(reference) ? there : here).get(reference) };
}

async function ask(
  reference: string,
  SecretId: string,
  client: SecretsManagerClient,
  timeoutMs: number,
): Promise<string> {
  let text: string | undefined;
  try {
    const abortSignal = AbortSignal.timeout(timeoutMs);
    text = (await client.send(new GetSecretValueCommand({ SecretId }), { abortSignal })).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      throw new UsageError(`secret ${reference} does not exist: create it in Secrets Manager, in this region`);
    }
    throw withoutContent(reference, error);
  }
  if (text === undefined) throw new UsageError(`secret ${reference} is binary: store it as text`);
  return text;
}

/** An answer that cannot be read is quoted in the words of the parser, and hangs on its error as a whole. */
function withoutContent(reference: string, error: unknown): Error {
  const doing = `Secrets Manager, read ${reference}`;
  if (isUnreadableAnswer(error)) return new UnavailableError(`${doing}: the answer cannot be read`);
  const { name, message } = awsError(doing, error);
  if (name === 'UnavailableError') return new UnavailableError(message);
  return Object.assign(new Error(message), { name });
}
