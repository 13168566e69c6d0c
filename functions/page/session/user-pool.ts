import type * as z from 'zod';
import { RequestFailedError } from '../../shared/adapters/http/errors.ts';
import type { Post, PostAnswer } from '../../shared/adapters/http/post.ts';
import { PipelineError, UnavailableError } from '../../shared/domain/errors.ts';
import { grantedSchema, refusalSchema, renewedSchema } from './tokens.ts';

/** The user pool does not accept a code or a refresh token. Stop: the person signs in again. */
export class GrantRefusedError extends PipelineError {
  override readonly name = 'GrantRefusedError';
  readonly code = 'GRANT_REFUSED';
  readonly action = 'stop';
}

/** A code that the user pool has sent, and what proves that it was sent for us. */
export interface Code {
  readonly code: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

export type Granted = z.output<typeof grantedSchema>;
export type Renewed = z.output<typeof renewedSchema>;

/**
 * The token endpoint of a user pool. Each request takes at most {@link userPoolTimeoutMs}.
 *
 * All methods throw {@link GrantRefusedError} if it refuses, and {@link UnavailableError} if it does not answer as documented.
 */
export interface UserPool {
  exchange(code: Code): Promise<Granted>;
  renew(refreshToken: string): Promise<Renewed>;
  /** Makes a refresh token, and the tokens that were made with it, useless. */
  revoke(refreshToken: string): Promise<void>;
}

export interface UserPoolOptions {
  /** The address of the user pool's domain, without a slash at its end. */
  readonly url: string;
  readonly clientId: string;
  readonly post: Post;
  /** @default userPoolTimeoutMs */
  readonly timeoutMs?: number;
}

/** Milliseconds for which an answer of the user pool is awaited. A person waits for it. */
export const userPoolTimeoutMs = 5_000;

/** Returns a user pool at its domain, for a client without a secret. */
export function userPoolAt({ url, clientId, post, timeoutMs = userPoolTimeoutMs }: UserPoolOptions): UserPool {
  const send = (path: string, fields: Readonly<Record<string, string>>): Promise<PostAnswer> =>
    answerTo(
      post({
        url: `${url}${path}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams({ ...fields, client_id: clientId }).toString(),
        timeoutMs,
        // A test, or an emulator on loopback: a deployed domain is always https.
        allowPrivate: url.startsWith('http:'),
      }),
    );
  return {
    async exchange({ code, verifier, redirectUri }) {
      const fields = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri };
      return bodyOf(await send('/oauth2/token', fields), grantedSchema);
    },
    async renew(refreshToken) {
      const fields = { grant_type: 'refresh_token', refresh_token: refreshToken };
      return bodyOf(await send('/oauth2/token', fields), renewedSchema);
    },
    async revoke(refreshToken) {
      await send('/oauth2/revoke', { token: refreshToken });
    },
  };
}

/** @throws {GrantRefusedError} for a refusal @throws {UnavailableError} for any other answer than a success */
async function answerTo(sent: Promise<PostAnswer>): Promise<PostAnswer> {
  const answer = await sent.catch((error: unknown) => {
    if (!(error instanceof RequestFailedError)) throw error;
    throw new UnavailableError(`the user pool does not answer: ${error.message}`, { cause: error });
  });
  const { status } = answer;
  if (status === 200 && answer.bodyEnd === 'complete') return answer;
  const refusal = status === 400 || status === 401 ? refusalSchema.safeParse(jsonOf(answer)) : undefined;
  if (refusal?.success === true) throw new GrantRefusedError(`the user pool refuses: ${refusal.data.error}`);
  throw new UnavailableError(`the user pool answers ${status}, and its body is ${answer.bodyEnd}`);
}

function bodyOf<Body>(answer: PostAnswer, schema: z.ZodType<Body>): Body {
  const parsed = schema.safeParse(jsonOf(answer));
  if (parsed.success) return parsed.data;
  // Without the values: they may be tokens.
  const fields = parsed.error.issues.map(({ path }) => path.join('.') || 'the body').join(', ');
  throw new UnavailableError(`the user pool answers 200 without what was asked for: ${fields}`);
}

function jsonOf({ body }: PostAnswer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // No schema accepts it.
  }
}
