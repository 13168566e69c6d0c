import { RequestFailedError, TargetRefusedError } from '../shared/adapters/http/errors.ts';
import type { PostAnswer } from '../shared/adapters/http/post.ts';
import { RefusedRecordError, UnavailableError, UsageError } from '../shared/domain/errors.ts';
import { parseRetryAfter } from './backoff.ts';

/** What one try came to. Reasons are a short, closed list: they appear in metrics and on dead letters. */
export type AttemptOutcome = (
  | { readonly kind: 'delivered' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs?: number }
) & {
  /** The HTTP status of the answer; absent where none came, or one that HTTP does not have. */
  readonly status?: number;
};

/**
 * Statuses that depend on the message alone, so that no later try can end otherwise. All others are tried again: a
 * secret is rotated on one side first, a route is deployed late, a proxy redirects during maintenance.
 */
const finalStatuses = new Map([
  [400, 'bad request'],
  [410, 'gone'],
  [413, 'too large'],
  [415, 'unsupported media type'],
  [422, 'not processable'],
]);

const namedStatuses = new Map([
  [408, 'request timed out'],
  [425, 'too early'],
  [429, 'throttled'],
]);

/** Only 2xx is success; redirects are not followed, because the signature was made for this receiver. */
export function judgeAnswer(
  { status, headers }: Pick<PostAnswer, 'status' | 'headers'>,
  nowMs: number,
): AttemptOutcome {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const final = finalStatuses.get(status);
  if (final !== undefined) return { kind: 'refused', reason: final };
  const obeyed = status === 429 || status === 503;
  const retryAfterMs = obeyed ? parseRetryAfter(headers['retry-after'], nowMs) : undefined;
  return { kind: 'failed', reason: reasonOf(status), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Returns whether HTTP has such a status. Node's parser lets any three digits through, 000 among them. */
export const isStatus = (status: number): boolean => status >= 100 && status <= 599;

function reasonOf(status: number): string {
  // Below 200 an answer is not final: one that ends there is malformed too.
  if (!isStatus(status) || status < 200) return 'malformed answer';
  if (status >= 500) return 'server error';
  return status < 400 ? 'redirected' : (namedStatuses.get(status) ?? `status ${status}`);
}

/**
 * What throws is tried again, even where only a person can help: a wrong secret or a wrong URL must not turn pages
 * into dead letters before somebody could mend the settings. Only a message that cannot be made is refused at once.
 */
export function judgeError(error: unknown): Exclude<AttemptOutcome, { kind: 'delivered' }> {
  if (error instanceof RefusedRecordError) return { kind: 'refused', reason: error.reason };
  if (error instanceof RequestFailedError || error instanceof TargetRefusedError) {
    return { kind: 'failed', reason: error.reason };
  }
  // Nothing but the secret is read before the request is made.
  if (error instanceof UsageError) return { kind: 'failed', reason: 'secret not usable' };
  if (error instanceof UnavailableError) return { kind: 'failed', reason: 'secret out of reach' };
  return { kind: 'failed', reason: 'unexpected' };
}
