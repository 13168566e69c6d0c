/* The words by which the page and the function that serves it on AWS agree about sign-in. */

/** The name of the group of a user pool whose members may act. */
export const operatorGroup = 'operator';

/** The path below which everything about a session is. Its cookies are limited to it. */
export const sessionPath = '/session';

/** The routes of a session, on the page's own origin. */
export const sessionRoutes = {
  /** Sends the browser to the user pool (`GET`). The query `return` is the address to come back to. */
  start: `${sessionPath}/start`,
  /** The address to which the user pool sends the browser back, with a code (`GET`). */
  callback: `${sessionPath}/callback`,
  /** Returns a token for the API (`POST`); 401 if nobody is signed in. */
  renew: `${sessionPath}/renew`,
  /** Ends the session, and returns the address at which the user pool ends its own (`POST`). */
  end: `${sessionPath}/end`,
} as const;

/**
 * The reasons why a sign-in failed, in the query `problem` of the page's address `/sign-in`:
 *
 * - `expired`: the attempt is older than ten minutes, began in another browser, or was replaced by a later one;
 * - `cancelled`: the user pool sent the browser back without a code;
 * - `refused`: the user pool does not accept the code, or answers with tokens that are not for this attempt;
 * - `unavailable`: the user pool does not answer, or not in time.
 */
export const signInProblems = ['expired', 'cancelled', 'refused', 'unavailable'] as const;
export type SignInProblem = (typeof signInProblems)[number];

/** A token for the API, as `POST /session/renew` returns it. */
export interface SessionToken {
  readonly accessToken: string;
  /** The time for which the token is valid, from the answer on. */
  readonly expiresInSeconds: number;
}
