import { createHash, timingSafeEqual } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { Role } from '../../functions/api/caller.ts';
import { isForwarded } from './forwarded.ts';
import { HttpError, type HttpRequest } from './http.ts';

/** The caller as the door lets it in. */
export interface Admitted {
  readonly role: Role;
  readonly signIn: 'none' | 'token';
  /** The name to show; absent for the token of a role. */
  readonly name?: string;
}

/** Decides who sent a request. @throws {HttpError} 401 for a request from another machine without a token, or with a wrong one */
export type Door = (request: Pick<HttpRequest, 'headers' | 'remoteAddress'>) => Admitted;

/** The tokens of the roles; a role without one has no access from other machines. */
export type Tokens = Readonly<Partial<Record<Role, string>>>;

/** The fewest characters of a token: too many to be guessed over HTTP. */
export const tokenCharactersMin = 16;

/**
 * Returns the door of the embedded server:
 *
 * - A request from this machine is that of an operator, without a token. The server refuses pages of other sites before.
 * - Any other request needs the token of a role, as `Authorization: Bearer TOKEN`.
 * - A token that is sent counts from this machine too.
 *
 * @param user the name of who runs the process
 */
export function doorOf(tokens: Tokens, user: string): Door {
  const known = (['operator', 'viewer'] as const).flatMap((role) => {
    const token = tokens[role];
    return token === undefined ? [] : [{ role, digest: digestOf(token) }];
  });
  return ({ headers, remoteAddress }) => {
    const { authorization } = headers;
    if (authorization === undefined) {
      if (isThisMachine(remoteAddress, headers)) return { role: 'operator', signIn: 'none', name: user };
      throw unauthorized(
        known.length === 0
          ? 'other machines need a token, and none is set: set OFFBEAT_OPERATOR_TOKEN or OFFBEAT_VIEWER_TOKEN and start again'
          : 'other machines need a token: send Authorization: Bearer TOKEN',
      );
    }
    const given = digestOf(/^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '');
    // All are compared, so that the time does not depend on which one is nearly right.
    const matching = known.filter(({ digest }) => timingSafeEqual(digest, given));
    if (matching.length === 0) throw unauthorized('the token is not that of a role');
    return { role: matching[0]!.role, signIn: 'token' };
  };
}

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

function isThisMachine(address: string | undefined, headers: HttpRequest['headers']): boolean {
  if (address === undefined || isForwarded(headers)) return false;
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';
}

const unauthorized = (message: string): HttpError =>
  new HttpError(401, message, { 'www-authenticate': 'Bearer realm="offbeat"' });
