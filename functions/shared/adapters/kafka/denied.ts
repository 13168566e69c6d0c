import { DeniedError } from '../../domain/errors.ts';
import { deniedError } from '../aws/denied.ts';
import { hasApiId } from './errors.ts';

/** The errors of the protocol by which a broker denies a request. */
const denials = ['TOPIC_AUTHORIZATION_FAILED', 'GROUP_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED'] as const;

const remedy = 'allow the role of this function what docs/security.md lists, and deploy again';

/**
 * Returns the error to throw if a broker denied a request or a log-in by IAM, or Secrets Manager the secret of the log-in;
 * `undefined` for every other error.
 * @param error one that the client threw, or that contains such an error as its cause
 */
export function deniedByBroker(error: unknown): DeniedError | undefined {
  if (!(error instanceof Error)) return undefined;
  if (isDenied(error)) return new DeniedError(`${error.message}: ${remedy}`, { cause: error });
  return deniedError(error, () => `${error.message}: ${remedy}`);
}

function isDenied(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (denials.some((apiId) => hasApiId(error, apiId)) || isDeniedLogin(error)) return true;
  return isDenied(error.cause) || (error instanceof AggregateError && error.errors.some(isDenied));
}

/**
 * Returns whether MSK refused a log-in by IAM, with the message "[ID]: Access denied". A wrong password has another message.
 * @see https://github.com/Mongey/terraform-provider-kafka/issues/586
 */
const isDeniedLogin = (error: Error): boolean =>
  'serverErrorMessage' in error && /access denied/i.test(String(error.serverErrorMessage));
