import { UnavailableError, UsageError } from '../../functions/shared/domain/errors.ts';

/** Words by which servers and clients say that they do not know who asks. */
const notLetIn =
  /\b401\b|\b403\b|AccessDenied|AuthenticationError|AUTHENTICATION_FAILED|AUTHORIZATION_FAILED|authentication failed|CredentialsProviderError|InvalidAccessKeyId|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|UnrecognizedClient/i;

/**
 * Does what a start needs of a server that a variable names.
 * @param variable the one that the message begins with
 * @param remedy how to let it in, where it refuses the credentials
 * @throws {UnavailableError} one line: the variable, what went wrong, what to do
 * @throws {UsageError} as it is
 */
export async function reach<T>(variable: string, remedy: string, doing: () => Promise<T>): Promise<T> {
  try {
    return await doing();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const said = message.split('\n', 1)[0];
    const todo = notLetIn.test(`${name}: ${message}`)
      ? `it refuses the credentials: ${remedy}`
      : `start it, or unset ${variable} to do without it`;
    throw new UnavailableError(`${variable}: ${said}; ${todo}`, { cause: error });
  }
}

export const awsRemedy = 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE (an emulator takes any)';
