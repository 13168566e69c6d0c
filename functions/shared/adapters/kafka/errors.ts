import { findErrorBy } from '@platformatic/kafka';
import { UnavailableError } from '../../domain/errors.ts';

/** The errors of the protocol that depend on the record alone, each with its reason. */
const refusals = [
  ['MESSAGE_TOO_LARGE', 'message too large'],
  ['RECORD_LIST_TOO_LARGE', 'message too large'],
  ['INVALID_RECORD', 'invalid record'],
  ['CORRUPT_MESSAGE', 'corrupt record'],
] as const;

/** Returns the reason why a broker refuses a record however often it is sent, or `undefined` if a retry may succeed. */
export function refusalReason(error: unknown): string | undefined {
  return refusals.find(([apiId]) => hasApiId(error, apiId))?.[1];
}

/** Returns whether an error contains the protocol's error `apiId`, at any depth. */
export function hasApiId(error: unknown, apiId: string): boolean {
  return error instanceof Error && findErrorBy(error, 'apiId', apiId) !== null;
}

/**
 * Returns an error of the client as an `UnavailableError`.
 * @param what the beginning of the message: `Kafka: append to offbeat.samples/0`
 */
export function unavailable(what: string, error: unknown): UnavailableError {
  if (error instanceof UnavailableError) return error;
  return new UnavailableError(`${what}: ${deepestMessage(error)}`, { cause: error });
}

/**
 * Returns the innermost message of an error that the client wrapped several times: that of the broker or the socket.
 */
export function deepestMessage(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return deepestMessage(error.errors.at(-1));
  if (error instanceof Error && error.cause !== undefined) return deepestMessage(error.cause);
  if (!(error instanceof Error)) return String(error);
  if (!('apiId' in error)) return error.message;
  // The broker's own words, such as "Too many connects", where the client has a sentence for every error of the kind.
  const words = 'serverErrorMessage' in error && error.serverErrorMessage ? error.serverErrorMessage : error.message;
  return `${error.apiId}: ${words}`;
}
