import { UsageError } from '../domain/errors.ts';
import { quotedOrWithheld } from '../domain/withheld.ts';

/** What a process was started with, `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable is as good as none: shells and compose files make them. */
export function optional(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

/** The environment with these in the place of what is not set, or empty. */
export function withDefaults<Names extends string>(
  env: Environment,
  defaults: Readonly<Record<Names, string>>,
): Environment & Readonly<Record<Names, string>> {
  const names = Object.keys(defaults) as Names[];
  const filled = names.map((name) => [name, optional(env, name) ?? defaults[name]]);
  return { ...env, ...Object.fromEntries(filled) };
}

/**
 * @param expected ends the message: `the name of the ledger's table`
 * @throws {UsageError} naming the variable
 */
export function required(env: Environment, name: string, expected: string): string {
  const value = optional(env, name);
  if (value === undefined) throw new UsageError(`${name} is not set: expected ${expected}`);
  return value;
}

/**
 * An `http` or `https` address.
 * @throws {UsageError} naming the variable; an address is not repeated, because it may contain credentials
 */
export function address(env: Environment, name: string): string | undefined {
  const value = optional(env, name);
  if (value === undefined) return undefined;
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${name}: expected an http:// or https:// address, got ${quotedOrWithheld(value)}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(`${name}: expected an address without a user name and a password in it`);
  }
  return value;
}

/** @throws {UsageError} naming the variable and what it may be */
export function oneOf<Word extends string>(env: Environment, name: string, words: readonly Word[]): Word | undefined {
  const value = optional(env, name);
  const word = words.find((candidate) => candidate === value);
  if (value !== undefined && word === undefined) {
    throw new UsageError(`${name}: expected one of ${words.join(', ')}, got ${quotedOrWithheld(value)}`);
  }
  return word;
}
