import * as z from 'zod';

/*
 * The answers of a user pool's token endpoint.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */

const token = z.string().min(1);
const seconds = z.int().min(1);
const bearer = z.string().regex(/^bearer$/i);
/** A token in a cookie or a header: characters that neither of them gives a meaning. */
const plainToken = token.regex(/^[\w.~+/=-]+$/);

/** The answer to a code. */
export const grantedSchema = z.object({
  access_token: plainToken,
  id_token: token,
  refresh_token: plainToken,
  expires_in: seconds,
  token_type: bearer,
});

/** The answer to a refresh token: with rotation, it contains the token that replaces it. */
export const renewedSchema = z.object({
  access_token: plainToken,
  refresh_token: plainToken.optional(),
  expires_in: seconds,
  token_type: bearer,
});

/** A refusal. The description is not read: it may repeat what was sent. */
export const refusalSchema = z.object({ error: z.string().regex(/^[a-z_]{1,40}$/) });

const identitySchema = z.object({
  iss: token,
  aud: token,
  nonce: token,
  exp: z.number(),
  token_use: z.literal('id'),
});

/** The values that an ID token must contain. */
export interface ExpectedIdentity {
  readonly issuer: string;
  readonly clientId: string;
  readonly nonce: string;
}

/**
 * Returns whether an ID token is one for this attempt. It comes over TLS from the token endpoint itself, so that its signature
 * need not be checked; API Gateway checks the one of each token that is sent to the API.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export function isForAttempt(idToken: string, expected: ExpectedIdentity, nowMs: number): boolean {
  const claims = identitySchema.safeParse(claimsOf(idToken));
  if (!claims.success) return false;
  const { iss, aud, nonce, exp } = claims.data;
  const isOurs = iss === expected.issuer && aud === expected.clientId && nonce === expected.nonce;
  return isOurs && exp * 1_000 > nowMs;
}

/** Returns the claims of a token; `undefined` for a text that is no token. */
function claimsOf(idToken: string): unknown {
  try {
    return JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString());
  } catch {
    return undefined; // It is not JSON, which is refused as a token for another attempt is.
  }
}
