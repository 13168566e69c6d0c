import { errors } from '@opensearch-project/opensearch';
import { UnavailableError } from '../../domain/errors.ts';

/** An error in an answer of OpenSearch. */
export interface ServerError {
  readonly type?: string;
  readonly reason?: string | null;
  readonly caused_by?: ServerError;
  /** The only field of an error of the security plugin. */
  readonly message?: string;
  /** The only field of an error of Amazon's gateway in front of the domain. */
  readonly Message?: string;
}

/**
 * The kinds of answers to a request, or to one document of it.
 *
 * - `done`: the documents are written.
 * - `try again`: a later attempt may succeed.
 * - `refused`: the document, or the request, can never be written as it is.
 * - `blocked`: no attempt can succeed before a person changes the server.
 */
export type AnswerKind = 'done' | 'try again' | 'refused' | 'blocked';

/** The statuses of problems that pass. 402 is the capacity limit of a serverless collection. */
const passing = new Set([402, 408, 429, 500, 502, 503, 504]);

/**
 * The errors that are answered with 400 although the document is not their cause: too many shards, or a closed index. The
 * next document would fail in the same way, so a dead letter for each would empty the topic.
 */
const blocking = new Set(['validation_exception', 'index_closed_exception', 'cluster_block_exception']);

/** Returns the kind of an answer. 409 is `done`: the id exists already (`conflicts.ts`), or has the same or a higher
 * version. */
export function answerKindOf(status: number, error: ServerError | undefined): AnswerKind {
  if (status < 300 || status === 409) return 'done';
  if (passing.has(status)) return 'try again';
  const isOfDocument = (status === 400 || status === 413) && !blocking.has(error?.type ?? '');
  return isOfDocument ? 'refused' : 'blocked';
}

/** Returns whether an index refused a document because it would have more fields than it may have. */
export function isFieldLimit(error: ServerError | undefined): boolean {
  if (error === undefined) return false;
  return /\bLimit of total fields \[\d+\]/.test(error.reason ?? '') || isFieldLimit(error.caused_by);
}

const textCharactersMax = 500;

/** The parts of a reason that quote values of a document. */
const quotes = [/ Preview of field's value: .*/s, / The prefix of the first immense term is: .*/s];

/**
 * Returns the text of an error, at most 500 characters, without the values of a document that the server quotes.
 * @example
 * errorTextOf({ type: 'validation_exception', reason: 'too many shards' }); // => 'validation_exception: too many shards'
 */
export function errorTextOf(error: ServerError | string | undefined): string {
  if (error === undefined || typeof error === 'string') {
    return (error ?? 'no reason given').slice(0, textCharactersMax);
  }
  const { type = 'error', caused_by: cause } = error;
  const reason = error.reason ?? error.message ?? error.Message ?? 'no reason given';
  // For a bad field name the reason is only "failed to parse". The cause has the details, and quotes no value then.
  const full = reason === 'failed to parse' && cause?.reason ? `${reason}: ${cause.reason}` : reason;
  return `${type}: ${quotes.reduce((text, quote) => text.replace(quote, ''), full)}`.slice(0, textCharactersMax);
}

/** A request without success. */
export interface Failure {
  readonly status: number;
  readonly text: string;
  readonly error: ServerError | undefined;
}

/** Returns the failure that the client threw, with status 503 if there was no answer; `undefined` for other errors. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof errors.ResponseError) {
    const body: unknown = error.body;
    const content = typeof body === 'object' && body !== null && 'error' in body ? body.error : body;
    const status = error.statusCode ?? 503;
    if (typeof content === 'object' && content !== null) return { status, text: errorTextOf(content), error: content };
    return { status, text: errorTextOf(String(content ?? 'no reason given')), error: undefined };
  }
  if (error instanceof errors.OpenSearchClientError) {
    return { status: 503, text: `${error.name}: ${error.message}`, error: undefined };
  }
  return undefined;
}

/**
 * Returns the error to throw for a failed request. An error that the client did not throw is returned as it is.
 * @param request the request in words: `search offbeat-alerts`
 */
export function unavailable(request: string, error: unknown): unknown {
  const failure = failureOf(error);
  if (failure === undefined) return error;
  return new UnavailableError(`OpenSearch, ${request}: ${failure.status} ${failure.text}`);
}
