import { UnavailableError } from '../../domain/errors.ts';

/** An error of the SDK, of Node or of a socket, with the fields that it may have. */
interface Failure extends Error {
  readonly code?: unknown;
  readonly $fault?: unknown;
  readonly $retryable?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number | undefined };
}

/**
 * The names of errors of services after which a later try may succeed. Most have the status 400, as other errors do.
 */
const passing: ReadonlySet<string> = new Set([
  // Too many requests.
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
  // Another write was in progress.
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
  // Errors inside the service, also where they come without a status: for one key, for one entry.
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'ServiceUnavailable',
]);

/** The codes of errors of a connection that was not made, or was lost. */
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

/** Returns whether a service's error code, for a request or for one key of it, means that a later try may succeed. */
export const passes = (code: string): boolean => passing.has(code);

/**
 * Returns the error to throw for a call that failed.
 * @param doing the call and its object, with which the message begins: `DynamoDB, read detect offbeat.samples/0`
 * @returns an {@link UnavailableError} with the original as its cause if a later try may succeed. Any other error is
 *   returned itself: it does not depend on the record, and blocks until a person corrects a policy, a name or this code.
 */
export function awsError(doing: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(`${doing}: ${String(error)}`);
  const message = `${doing}: ${wordsOf(error)}`;
  if (mayPass(error)) return new UnavailableError(message, { cause: error });
  error.message = message;
  return error;
}

/**
 * Returns whether an error is a successful answer that could not be read: it was cut off, or a proxy wrote it. The SDK's
 * error quotes such an answer.
 */
export function isUnreadableAnswer(error: unknown): boolean {
  const status = (error as Partial<Failure>).$metadata?.httpStatusCode ?? 0;
  return status >= 200 && status < 300;
}

/** Returns whether an error means that no connection was made, or that one was lost. */
export const isConnectionError = (error: Failure): boolean => connectionCodes.has(error.code);

function mayPass(error: Failure): boolean {
  const status = error.$metadata?.httpStatusCode ?? 0;
  return (
    status >= 500 ||
    status === 429 ||
    isUnreadableAnswer(error) ||
    error.$fault === 'server' ||
    error.$retryable !== undefined ||
    passing.has(error.name) ||
    isConnectionError(error)
  );
}

/**
 * Returns the text of an error. Two have no message: a refused connection to two addresses, and an answer without a
 * body.
 */
function wordsOf({ name, code, message, $metadata }: Failure): string {
  if (message === 'UnknownError') return `the answer is ${$metadata?.httpStatusCode} without a reason`;
  const what = name === 'Error' || name === 'AggregateError' ? String(code ?? name) : name;
  return message === '' ? what : `${what}: ${message}`;
}
