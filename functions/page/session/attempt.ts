import { createHash, randomBytes } from 'node:crypto';
import { returnPathOf } from './return-path.ts';

/** One attempt to sign in, which the browser keeps in a cookie until the user pool sends it back. */
export interface Attempt {
  /** The text by which the answer of the user pool is recognised as one to this browser. */
  readonly state: string;
  /** The text by which a token is recognised as one for this attempt. */
  readonly nonce: string;
  /** The secret of PKCE: without it nobody can exchange the code. */
  readonly verifier: string;
  /** The address to come back to: a path with its query. */
  readonly returnPath: string;
}

/** The time for which a person may take to sign in. It includes the set-up of a second factor. */
export const attemptSeconds = 600;

/** Bytes of each random text: 43 characters, the least that PKCE allows. */
const randomTextBytes = 32;
const randomText = (): string => randomBytes(randomTextBytes).toString('base64url');

/** Returns a new attempt. @param asked the address to come back to, as a client named it */
export const newAttempt = (asked: string | undefined): Attempt => ({
  state: randomText(),
  nonce: randomText(),
  verifier: randomText(),
  returnPath: returnPathOf(asked),
});

/** Returns the challenge of PKCE by the method `S256`. @see https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
export const challengeOf = ({ verifier }: Pick<Attempt, 'verifier'>): string =>
  createHash('sha256').update(verifier).digest('base64url');

/** Returns an attempt as the value of a cookie. */
export const attemptText = ({ state, nonce, verifier, returnPath }: Attempt): string =>
  [state, nonce, verifier, Buffer.from(returnPath).toString('base64url')].join('.');

const attemptPattern = /^([\w-]{43})\.([\w-]{43})\.([\w-]{43})\.([\w-]+)$/;

/** Returns the attempt in the value of a cookie; `undefined` for any other text. */
export function attemptIn(text: string | undefined): Attempt | undefined {
  const [, state, nonce, verifier, path] = attemptPattern.exec(text ?? '') ?? [];
  if (state === undefined || nonce === undefined || verifier === undefined || path === undefined) return undefined;
  return { state, nonce, verifier, returnPath: returnPathOf(Buffer.from(path, 'base64url').toString()) };
}
