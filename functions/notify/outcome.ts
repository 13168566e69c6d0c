import { RequestFailedError, TargetRefusedError } from '../shared/adapters/http/errors.ts';
import type { PostAnswer } from '../shared/adapters/http/post.ts';
import { PipelineError, RefusedRecordError } from '../shared/domain/errors.ts';
import { parseRetryAfter } from './backoff.ts';

/** What one try came to. Reasons are a short, closed list: they appear in metrics and on dead letters. */
export type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs?: number };

/** Statuses below 500 that say "not now" instead of "not this". */
const passingStatuses = new Map([
  [408, 'request timed out'],
  [425, 'too early'],
  [429, 'throttled'],
]);

/** Only 2xx is success; redirects are not followed, because the signature was made for this receiver. */
export function judgeAnswer({ status, headers }: Pick<PostAnswer, 'status' | 'headers'>, nowMs: number): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'refused', reason: 'gone' };
  const passing = status >= 500 ? 'server error' : passingStatuses.get(status);
  if (passing === undefined) return { kind: 'refused', reason: status < 400 ? 'redirected' : `status ${status}` };
  const obeyed = status === 429 || status === 503;
  const retryAfterMs = obeyed ? parseRetryAfter(headers['retry-after'], nowMs) : undefined;
  return { kind: 'failed', reason: passing, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/**
 * What throws is tried again, even where only a person can help: a wrong secret or a wrong URL must not turn pages
 * into dead letters before somebody could mend the settings. Only a message that cannot be made is refused at once.
 */
export function judgeError(error: unknown): Exclude<Outcome, { kind: 'delivered' }> {
  if (error instanceof RefusedRecordError) return { kind: 'refused', reason: error.reason };
  if (error instanceof RequestFailedError || error instanceof TargetRefusedError) {
    return { kind: 'failed', reason: error.reason };
  }
  return { kind: 'failed', reason: error instanceof PipelineError ? error.code : 'unexpected' };
}
