import { UnavailableError } from '../../domain/errors.ts';

/** What an error of the SDK, of Node or of a socket may tell. */
interface Failure extends Error {
  readonly code?: unknown;
  readonly $fault?: unknown;
  readonly $retryable?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number | undefined };
}

/** Names of services' errors that a later try may not meet. Most come as 400, so the status does not tell. */
const passing: ReadonlySet<string> = new Set([
  // Too much at once.
  'BandwidthLimitExceeded',
  'KMSThrottlingException',
  'KmsThrottled',
  'LimitExceededException',
  'OverLimit',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'Throttled',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  // Another write was under way.
  'ConditionalRequestConflict',
  'OperationAborted',
  'ReplicatedWriteConflictException',
  'TransactionConflictException',
  'TransactionInProgressException',
  // No answer in time.
  'AbortError',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
  // Trouble of their own, also where it is told without a status: per key, per entry.
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'ServiceUnavailable',
]);

/** Of a connection that was not made, or broke. */
const connectionCodes: ReadonlySet<unknown> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
]);

/** Whether a code or name that a service gave, for a request or for one key of it, means that a later try may do. */
export const passes = (code: string): boolean => passing.has(code);

/**
 * What to throw for a call that failed.
 * @param doing what was called, and on what: `DynamoDB, read detect offbeat.samples/0`; the message begins with it
 * @returns an {@link UnavailableError} with the original as its cause where a later try may succeed; any other error
 *   as it is, because it blocks until a person mends a policy, a name or this code: nothing depends on the record
 */
export function awsError(doing: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(`${doing}: ${String(error)}`);
  const message = `${doing}: ${wordsOf(error)}`;
  if (mayPass(error)) return new UnavailableError(message, { cause: error });
  error.message = message;
  return error;
}

/** Whether it was a yes that could not be read: cut short, or of something on the way. The SDK's error quotes it. */
export function isUnreadableAnswer(error: unknown): boolean {
  const status = (error as Partial<Failure>).$metadata?.httpStatusCode ?? 0;
  return status >= 200 && status < 300;
}

function mayPass(error: Failure): boolean {
  const status = error.$metadata?.httpStatusCode ?? 0;
  return (
    status >= 500 ||
    status === 429 ||
    isUnreadableAnswer(error) ||
    error.$fault === 'server' ||
    error.$retryable !== undefined ||
    passing.has(error.name) ||
    connectionCodes.has(error.code)
  );
}

/** A refused connection to a name with two addresses has no message of its own, nor has an answer without a body. */
function wordsOf({ name, code, message, $metadata }: Failure): string {
  if (message === 'UnknownError') return `the answer is ${$metadata?.httpStatusCode} and does not say why`;
  const what = name === 'Error' || name === 'AggregateError' ? String(code ?? name) : name;
  return message === '' ? what : `${what}: ${message}`;
}
