import { UsageError } from '../../functions/shared/domain/errors.ts';
import { type Environment, optional } from '../../functions/shared/environment/variables.ts';
import type { Secrets } from '../../functions/shared/ports/secrets.ts';
import { type Tokens, tokenCharactersMin } from '../http/door.ts';

/** The variables with the tokens of the roles: each a token, or the reference of a secret, `file:PATH` or `env:NAME`. */
export const tokenVariables = { operator: 'OFFBEAT_OPERATOR_TOKEN', viewer: 'OFFBEAT_VIEWER_TOKEN' } as const;

/**
 * Returns the tokens with which other machines may use the API.
 * @throws {UsageError} if one cannot be read, is short, or is that of both roles
 */
export async function readTokens(env: Environment, secrets: Secrets): Promise<Tokens> {
  const [operator, viewer] = await Promise.all([
    readToken(tokenVariables.operator, env, secrets),
    readToken(tokenVariables.viewer, env, secrets),
  ]);
  if (operator !== undefined && operator === viewer) {
    throw new UsageError(`${tokenVariables.viewer}: expected another token than that of ${tokenVariables.operator}`);
  }
  return { ...(operator !== undefined && { operator }), ...(viewer !== undefined && { viewer }) };
}

async function readToken(name: string, env: Environment, secrets: Secrets): Promise<string | undefined> {
  const value = optional(env, name);
  if (value === undefined) return undefined;
  const token = /^(env|file):/.test(value) ? await secrets.get(value) : value;
  if (token.length >= tokenCharactersMin && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new UsageError(
    `${name}: expected a token of ${tokenCharactersMin} printable characters or more, without spaces, such as from "openssl rand -hex 32"`,
  );
}
