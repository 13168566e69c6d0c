import { findErrorBy } from '@platformatic/kafka';
import { UnavailableError } from '../../domain/errors.ts';

/** Answers that depend on the record alone, by the protocol's name, and the word for each. */
const refusals = [
  ['MESSAGE_TOO_LARGE', 'message too large'],
  ['RECORD_LIST_TOO_LARGE', 'message too large'],
  ['INVALID_RECORD', 'invalid record'],
  ['CORRUPT_MESSAGE', 'corrupt record'],
] as const;

/** @returns why a broker will never take what it answered `error` to; `undefined` if it might */
export function refusalReason(error: unknown): string | undefined {
  return refusals.find(([apiId]) => hasApiId(error, apiId))?.[1];
}

/** Whether any of the answers within `error` is the protocol's `apiId`. */
export function hasApiId(error: unknown, apiId: string): boolean {
  return error instanceof Error && findErrorBy(error, 'apiId', apiId) !== null;
}

/** @param what begins the message: `Kafka: append to offbeat.samples/0` */
export function unavailable(what: string, error: unknown): UnavailableError {
  if (error instanceof UnavailableError) return error;
  return new UnavailableError(`${what}: ${deepestMessage(error)}`, { cause: error });
}

/** What the client wraps again and again, said once: the broker's own word, or the socket's. */
export function deepestMessage(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return deepestMessage(error.errors.at(-1));
  if (error instanceof Error && error.cause !== undefined) return deepestMessage(error.cause);
  if (!(error instanceof Error)) return String(error);
  return 'apiId' in error ? `${error.apiId}: ${error.message}` : error.message;
}
