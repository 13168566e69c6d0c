import { isRetriable } from '../../shared/domain/errors.ts';
import { type SessionToken, type SignInProblem, sessionRoutes } from '../../shared/domain/sign-in.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import { type Attempt, attemptIn, attemptSeconds, attemptText, challengeOf, newAttempt } from './attempt.ts';
import { attemptCookie, cookieOf, deleted, kept, sessionCookie } from './cookies.ts';
import { isForAttempt } from './tokens.ts';
import { type Granted, GrantRefusedError, type UserPool } from './user-pool.ts';

/** The user pool by which people sign in, and this deployment as its client. */
export interface SignInSettings {
  /** The address of the user pool's domain, without a slash at its end. */
  readonly url: string;
  /** The issuer in its tokens. */
  readonly issuer: string;
  readonly clientId: string;
  /** The time for which a refresh token is valid. */
  readonly sessionSeconds: number;
}

export interface SessionPorts {
  readonly signIn: SignInSettings;
  readonly userPool: UserPool;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** A request to a route of a session. */
export interface SessionRequest {
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The cookies, each as `name=value`. */
  readonly cookies: readonly string[];
  /** The origin at which the browser has the page. */
  readonly origin: string;
}

/** An answer of a route: a redirect, or a body of JSON. */
export interface SessionAnswer {
  readonly status: number;
  readonly location?: string;
  readonly body?: object;
  readonly cookies: readonly string[];
}

export type SessionRoute = (request: SessionRequest, ports: SessionPorts) => SessionAnswer | Promise<SessionAnswer>;

/** The routes of a session, by method and path. */
export const routesOfSession: Readonly<Record<string, SessionRoute>> = {
  [`GET ${sessionRoutes.start}`]: start,
  [`GET ${sessionRoutes.callback}`]: callback,
  [`POST ${sessionRoutes.renew}`]: renew,
  [`POST ${sessionRoutes.end}`]: end,
};

const redirectTo = (location: string, ...cookies: string[]): SessionAnswer => ({ status: 303, location, cookies });

const redirectUriOf = (origin: string): string => `${origin}${sessionRoutes.callback}`;

/** Sends the browser to the user pool. @see https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html */
function start({ query, origin }: SessionRequest, { signIn }: SessionPorts): SessionAnswer {
  const attempt = newAttempt(query.return);
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id: signIn.clientId,
    redirect_uri: redirectUriOf(origin),
    scope: 'openid',
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: challengeOf(attempt),
    code_challenge_method: 'S256',
  });
  const value = attemptText(attempt);
  const cookie = kept({ name: attemptCookie, value, maxAgeSeconds: attemptSeconds, sameSite: 'Lax' });
  return redirectTo(`${signIn.url}/oauth2/authorize?${asked}`, cookie);
}

/** Exchanges the code that the user pool has sent, and returns to the address from which the sign-in began. */
async function callback(request: SessionRequest, ports: SessionPorts): Promise<SessionAnswer> {
  const { query, cookies, origin } = request;
  const attempt = attemptIn(cookieOf(cookies, attemptCookie));
  // Somebody else's code, or one for an attempt of before: the attempt that this browser has goes on.
  if (attempt === undefined || query.state !== attempt.state) return signInAgain('expired', attempt);
  if (query.code === undefined) return signInAgain('cancelled', attempt, deleted(attemptCookie));
  try {
    const { code } = query;
    const { verifier } = attempt;
    const granted = await ports.userPool.exchange({ code, verifier, redirectUri: redirectUriOf(origin) });
    checkIdentity(granted, attempt, ports);
    return redirectTo(attempt.returnPath, deleted(attemptCookie), sessionOf(granted.refresh_token, ports));
  } catch (error) {
    const problem = problemOf(error, 'sign-in', ports.telemetry);
    return signInAgain(problem, attempt, deleted(attemptCookie));
  }
}

/** @throws {GrantRefusedError} if the ID token is for another client, issuer or attempt */
function checkIdentity({ id_token }: Granted, { nonce }: Attempt, { signIn, clock }: SessionPorts): void {
  const { issuer, clientId } = signIn;
  if (!isForAttempt(id_token, { issuer, clientId, nonce }, clock.nowMs())) {
    throw new GrantRefusedError('the ID token is not one for this attempt, client and user pool');
  }
}

const sessionOf = (refreshToken: string, { signIn }: SessionPorts): string =>
  kept({ name: sessionCookie, value: refreshToken, maxAgeSeconds: signIn.sessionSeconds, sameSite: 'Strict' });

/** Returns to the page, which shows the problem and offers to sign in again. */
function signInAgain(problem: SignInProblem, attempt: Attempt | undefined, ...cookies: string[]): SessionAnswer {
  const query = new URLSearchParams({ problem, return: attempt?.returnPath ?? '/' });
  return redirectTo(`/sign-in?${query}`, ...cookies);
}

/**
 * Returns the problem of a request to the user pool, and logs it. Neither the log nor the answer contains a code or a token.
 * @throws the error, if it is a defect
 */
function problemOf(error: unknown, what: string, telemetry: Telemetry): 'refused' | 'unavailable' {
  if (!(error instanceof GrantRefusedError) && !isRetriable(error)) throw error;
  telemetry.warn(`${what} failed`, { reason: error.code, message: error.message });
  return error instanceof GrantRefusedError ? 'refused' : 'unavailable';
}

const nobody: SessionAnswer = {
  status: 401,
  body: { title: 'Unauthorized', status: 401, detail: 'nobody is signed in; sign in' },
  cookies: [],
};

/** Returns a token for the API, by the refresh token in the cookie. */
async function renew({ cookies }: SessionRequest, ports: SessionPorts): Promise<SessionAnswer> {
  const refreshToken = cookieOf(cookies, sessionCookie);
  if (refreshToken === undefined) return nobody;
  try {
    const { access_token, expires_in, refresh_token } = await ports.userPool.renew(refreshToken);
    const body: SessionToken = { accessToken: access_token, expiresInSeconds: expires_in };
    return { status: 200, body, cookies: refresh_token === undefined ? [] : [sessionOf(refresh_token, ports)] };
  } catch (error) {
    if (problemOf(error, 'renewal of a session', ports.telemetry) === 'refused') {
      return { ...nobody, cookies: [deleted(sessionCookie)] };
    }
    const detail = 'the user pool does not answer; the session goes on when it does';
    return { status: 503, body: { title: 'Service Unavailable', status: 503, detail }, cookies: [] };
  }
}

/** Ends the session here, also where the user pool does not answer, and names the address at which it ends its own. */
async function end({ cookies, origin }: SessionRequest, ports: SessionPorts): Promise<SessionAnswer> {
  const { signIn, userPool, telemetry } = ports;
  const refreshToken = cookieOf(cookies, sessionCookie);
  try {
    if (refreshToken !== undefined) await userPool.revoke(refreshToken);
  } catch (error) {
    problemOf(error, 'revocation of a session', telemetry);
  }
  const query = new URLSearchParams({ client_id: signIn.clientId, logout_uri: `${origin}/` });
  return { status: 200, body: { location: `${signIn.url}/logout?${query}` }, cookies: [deleted(sessionCookie)] };
}
