import { DeniedError } from '../../domain/errors.ts';

/**
 * The names of errors by which services deny an action: those of query and JSON services, and of MSK.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
 * @see https://docs.aws.amazon.com/msk/1.0/apireference/clusters-clusterarn.html 401 and 403
 */
const denials: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ForbiddenException',
  'NotAuthorized',
  'UnauthorizedException',
]);

/**
 * Returns the error to throw if a service of AWS denied a call, also one that others wrapped; `undefined` for every other error.
 * @param message returns the message from the service's reason; it names the remedy
 */
export function deniedError(error: unknown, message: (reason: string) => string): DeniedError | undefined {
  const denial = denialIn(error);
  if (denial === undefined) return undefined;
  return new DeniedError(message(denial.message), { isFinal: isExplicit(denial.message), cause: error });
}

function denialIn(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  if (denials.has(error.name)) return error;
  const inner = error instanceof AggregateError ? error.errors : [];
  return [...inner, error.cause].map(denialIn).find((found) => found !== undefined);
}

/**
 * Returns whether a policy denies the action in so many words, so that a policy that allows it changes nothing.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
const isExplicit = (reason: string): boolean => reason.includes('with an explicit deny');
