import { sessionPath } from '../../shared/domain/sign-in.ts';

/* The cookies of a session. Both are hidden from scripts, and a browser sends them below `/session` alone. */

/** The cookie with the attempt to sign in. */
export const attemptCookie = '__Secure-offbeat-attempt';
/** The cookie with the refresh token. */
export const sessionCookie = '__Secure-offbeat-session';

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly maxAgeSeconds: number;
  /** The requests that it is sent with: `Lax` where the user pool's site sends the browser, `Strict` where the page itself asks. */
  readonly sameSite: 'Lax' | 'Strict';
}

/** Returns the value of `Set-Cookie` that keeps a cookie. */
export const kept = ({ name, value, maxAgeSeconds, sameSite }: Cookie): string =>
  `${name}=${value}; Path=${sessionPath}; Max-Age=${maxAgeSeconds}; HttpOnly; Secure; SameSite=${sameSite}`;

/** Returns the value of `Set-Cookie` that deletes a cookie. */
export const deleted = (name: string): string => kept({ name, value: '', maxAgeSeconds: 0, sameSite: 'Strict' });

/** Returns the value of a cookie. @param cookies each as `name=value`, as API Gateway passes them on */
export function cookieOf(cookies: readonly string[] | undefined, name: string): string | undefined {
  const found = cookies?.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
  return found === '' ? undefined : found;
}
