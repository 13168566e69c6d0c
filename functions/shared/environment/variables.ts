import { UsageError } from '../domain/errors.ts';
import { quotedOrWithheld } from '../domain/withheld.ts';

/** The environment of a process, as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the value of a variable. An empty one counts as not set, because shells and compose files make empty ones.
 */
export function optional(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

/** The value of a variable that states that there is no such part. An empty or missing variable would be a mistake. */
const none = 'none';

/** Returns whether a variable states that there is no such part: its value is `none`. */
export const isNone = (env: Environment, name: string): boolean => optional(env, name) === none;

/** Returns the environment with default values for the variables that are not set or empty. */
export function withDefaults<Names extends string>(
  env: Environment,
  defaults: Readonly<Record<Names, string>>,
): Environment & Readonly<Record<Names, string>> {
  const names = Object.keys(defaults) as Names[];
  const filled = names.map((name) => [name, optional(env, name) ?? defaults[name]]);
  return { ...env, ...Object.fromEntries(filled) };
}

/**
 * Returns the value of a variable that must be set.
 * @param expected the end of the message: `the name of the ledger's table`
 * @throws {UsageError} naming the variable
 */
export function required(env: Environment, name: string, expected: string): string {
  const value = optional(env, name);
  if (value === undefined) throw new UsageError(`${name} is not set: expected ${expected}`);
  return value;
}

/**
 * Returns an `http` or `https` address.
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

/**
 * Returns the value of a variable that must be one of `words`, if it is set.
 * @throws {UsageError} naming the variable and the words
 */
export function oneOf<Word extends string>(env: Environment, name: string, words: readonly Word[]): Word | undefined {
  const value = optional(env, name);
  const word = words.find((candidate) => candidate === value);
  if (value !== undefined && word === undefined) {
    throw new UsageError(`${name}: expected one of ${words.join(', ')}, got ${quotedOrWithheld(value)}`);
  }
  return word;
}
