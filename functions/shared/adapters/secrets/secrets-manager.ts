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
  /** Returns the milliseconds of a clock that never goes back. Default: `performance.now()`. */
  readonly now?: () => number;
  /**
   * The time limit of a call, retries included.
   * @default 5_000
   */
  readonly timeoutMs?: number;
}

/**
 * The time for which a secret is kept, because AWS charges for each call. A rotated secret is used after this time; receivers
 * accept the old one meanwhile.
 */
export const secretKeptMs = 60_000;

interface Kept {
  readonly text: Promise<string>;
  readonly untilMs: number;
}

/**
 * Returns the secrets of AWS Secrets Manager. Each is kept for a minute.
 *
 * - `secretsmanager:NAME` is the text of the secret, without the white space around it. NAME is a name or an ARN.
 * - `secretsmanager:NAME#key` is one text of a secret that is a JSON object. MSK and Lambda need a log-in in this form:
 *   `{ "username": …, "password": … }`.
 *
 * `get` throws {@link UsageError} if there is no text under that name, and {@link UnavailableError} if a later try may succeed.
 * An error by which AWS refuses a policy is thrown with its name and message. No error contains any part of a secret, and
 * neither does its cause.
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
        // The failure of an older call must not remove the answer of a newer one.
        if (kept.get(name)?.text === text) kept.delete(name);
      });
      return textAt(reference, key, await text);
    },
  };
}

/** Splits a reference at its `#`, which neither a name nor an ARN contains. */
function partsOf(reference: string): { readonly name: string; readonly key: string | undefined } {
  const [, name, key] = /^secretsmanager:([^#]+)(?:#(.+))?$/s.exec(reference) ?? [];
  // A text that is not a reference may be the secret itself, pasted by a user. So the message does not contain it.
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
    // The error of the parser is dropped, because it quotes the text.
  }
  const value = isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
  if (typeof value === 'string') return value;
  const problem = isObject(object) ? `has no text under "${key}"` : 'is no JSON object';
  throw new UsageError(`secret ${reference} ${problem}: expected { "${key}": "…" }`);
}

/**
 * Returns the secrets that settings may refer to: `env:NAME`, `file:PATH`, `secretsmanager:NAME`,
 * `secretsmanager:NAME#key`.
 */
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

/** Returns the error of a call without its content: the parser of the SDK quotes an answer that it cannot read. */
function withoutContent(reference: string, error: unknown): Error {
  const doing = `Secrets Manager, read ${reference}`;
  if (isUnreadableAnswer(error)) return new UnavailableError(`${doing}: the answer cannot be read`);
  const { name, message } = awsError(doing, error);
  if (name === 'UnavailableError') return new UnavailableError(message);
  return Object.assign(new Error(message), { name });
}
