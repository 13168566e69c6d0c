import { errors } from '@opensearch-project/opensearch';
import { UnavailableError } from '../../domain/errors.ts';

/** An error as OpenSearch tells it. */
export interface ServerError {
  readonly type?: string;
  readonly reason?: string | null;
  readonly caused_by?: ServerError;
  /** In place of all these, from the security plugin. */
  readonly message?: string;
  /** And from Amazon's door before the domain. */
  readonly Message?: string;
}

/** What became of one request for one document, or for all of them together. */
export type AnswerKind = 'done' | 'try again' | 'refused' | 'blocked';

/** 402: a capacity cap of a serverless collection. */
const passing = new Set([402, 408, 429, 500, 502, 503, 504]);

/**
 * Answered with 400 and not for the document's sake: too many shards, or an index that somebody closed. The next
 * document fares the same, so that a dead letter of each would empty the topic.
 */
const blocking = new Set(['validation_exception', 'index_closed_exception', 'cluster_block_exception']);

/** 409 is success: the id, or a version as high, is there. */
export function outcomeOf(status: number, error: ServerError | undefined): AnswerKind {
  if (status < 300 || status === 409) return 'done';
  if (passing.has(status)) return 'try again';
  const isDocuments = (status === 400 || status === 413) && !blocking.has(error?.type ?? '');
  return isDocuments ? 'refused' : 'blocked';
}

const wordsMax = 500;

/** The server's own words for an error, without what it quotes of a document's values. */
export function wordsOf(error: ServerError | string | undefined): string {
  if (error === undefined || typeof error === 'string') return (error ?? 'no reason given').slice(0, wordsMax);
  const { type = 'error', caused_by: cause } = error;
  const reason = error.reason ?? error.message ?? error.Message;
  // "failed to parse" and no more is what a bad field name gets; why is in the cause, which quotes nothing then.
  const said =
    reason === 'failed to parse' && cause?.reason ? `${reason}: ${cause.reason}` : (reason ?? 'no reason given');
  const quotes = [/ Preview of field's value: .*/s, / The prefix of the first immense term is: .*/s];
  return `${type}: ${quotes.reduce((text, quote) => text.replace(quote, ''), said)}`.slice(0, wordsMax);
}

export interface Failure {
  readonly status: number;
  readonly words: string;
  readonly error: ServerError | undefined;
}

/** What a thrown error of the client says; 503 stands for no answer at all, `undefined` for no error of the client's. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof errors.ResponseError) {
    const body: unknown = error.body;
    const told = typeof body === 'object' && body !== null && 'error' in body ? body.error : body;
    const words = wordsOf(typeof told === 'object' && told !== null ? told : String(told ?? 'no reason given'));
    return {
      status: error.statusCode ?? 503,
      words,
      error: typeof told === 'object' ? (told ?? undefined) : undefined,
    };
  }
  if (error instanceof errors.OpenSearchClientError) {
    return { status: 503, words: `${error.name}: ${error.message}`, error: undefined };
  }
  return undefined;
}

/**
 * The error to throw for what a request ran into; what is no error of the client's stays as it is.
 * @param doing what was tried: `search offbeat-alerts`
 */
export function unavailable(doing: string, error: unknown): unknown {
  const failure = failureOf(error);
  if (failure === undefined) return error;
  return new UnavailableError(`OpenSearch, ${doing}: ${failure.status} ${failure.words}`);
}
