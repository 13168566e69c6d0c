import { RequestFailedError, TargetRefusedError } from '../shared/adapters/http/errors.ts';
import type { PostAnswer } from '../shared/adapters/http/post.ts';
import { RefusedRecordError, UnavailableError, UsageError } from '../shared/domain/errors.ts';
import { parseRetryAfter } from './retry-policy.ts';

/** The outcome of one attempt. Its reasons are a short, closed list: they appear in metrics and on dead letters. */
export type AttemptOutcome = (
  | { readonly kind: 'delivered' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs?: number }
) & {
  /** The HTTP status of the answer; absent without an answer, and for a status that HTTP does not have. */
  readonly status?: number;
};

/**
 * Statuses that depend on the message alone, so that a later attempt has the same result. After any other status the message
 * is tried again: a secret may be rotated on one side first, a route deployed late, or a proxy redirect during maintenance.
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

/**
 * Returns the outcome that an answer stands for. Only 2xx is success. Redirects are not followed, because the signature was
 * made for this receiver.
 * @param nowMs the time of the answer; an HTTP date in `Retry-After` is compared with it
 */
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

/** Returns whether HTTP has such a status. Node's parser accepts any three digits, also 000. */
export const isStatus = (status: number): boolean => status >= 100 && status <= 599;

function reasonOf(status: number): string {
  // An answer below 200 is not final. If no final answer follows it, it is malformed too.
  if (!isStatus(status) || status < 200) return 'malformed answer';
  if (status >= 500) return 'server error';
  return status < 400 ? 'redirected' : (namedStatuses.get(status) ?? `status ${status}`);
}

/**
 * Returns the outcome that an error of a channel stands for. The message is tried again even if only a person can help: a
 * wrong secret or a wrong URL must not turn pages into dead letters before an operator can correct the settings. Only a
 * message whose text cannot be made is refused at once.
 */
export function judgeError(error: unknown): Exclude<AttemptOutcome, { kind: 'delivered' }> {
  if (error instanceof RefusedRecordError) return { kind: 'refused', reason: error.reason };
  if (error instanceof RequestFailedError || error instanceof TargetRefusedError) {
    return { kind: 'failed', reason: error.reason };
  }
  // These two come from reading the secret: the channel reads nothing else before its request.
  if (error instanceof UsageError) return { kind: 'failed', reason: 'secret not usable' };
  if (error instanceof UnavailableError) return { kind: 'failed', reason: 'secret out of reach' };
  return { kind: 'failed', reason: 'unexpected' };
}
