import { isRetriable, UnavailableError, UsageError } from '../../functions/shared/domain/errors.ts';

/** The texts about a server for error messages. */
export interface ServerHelp {
  /** The variable that names the server. Messages begin with it. */
  readonly variable: string;
  /** The remedy if the server refuses the credentials. */
  readonly credentials: string;
  /** The remedy if the certificate of the server is not trusted. */
  readonly trust: string;
}

export const nodeTrust = 'name its authority in NODE_EXTRA_CA_CERTS';
export const awsCredentials = 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE (an emulator takes any)';
const manual = 'docs/on-premises.md';

/** Patterns in the errors of servers and clients, each with its remedy. The first that matches counts. */
const remedies: readonly (readonly [words: RegExp, remedy: (server: ServerHelp) => string])[] = [
  [/CredentialsProviderError|Could not load credentials/, ({ credentials }) => credentials],
  [
    /answers 401|answer is 403|AuthenticationError|AUTHENTICATION_FAILED|authentication failed|ExpiredToken|InvalidAccessKeyId|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|UnrecognizedClient|SASL/i,
    ({ credentials }) => `it refuses the credentials: ${credentials}`,
  ],
  [
    /answers 403|AccessDenied|AUTHORIZATION_FAILED|Forbidden|not authorized/i,
    () => `it does not allow that: ${manual} lists the rights that are needed`,
  ],
  [/self-signed|certificate|\bCERT_/i, ({ trust }) => `its certificate is not trusted: ${trust}`],
  [/requires TLS/, () => 'set OFFBEAT_KAFKA_TLS=yes'],
  [
    /Kafka.*(Connection closed|before secure TLS)/,
    () => 'it closed the connection: OFFBEAT_KAFKA_TLS and OFFBEAT_KAFKA_SASL must be what it expects at that port',
  ],
];

/**
 * Runs a first call to a server that a variable names.
 * @throws {UnavailableError} with one line: the variable, the error, the remedy
 * @throws {UsageError} of the call itself, unchanged
 */
export async function reachServer<T>(server: ServerHelp, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const [firstLine] = message.split('\n', 1);
    throw new UnavailableError(`${server.variable}: ${firstLine}; ${remedyOf(server, error, `${name}: ${message}`)}`, {
      cause: error,
    });
  }
}

function remedyOf(server: ServerHelp, error: unknown, words: string): string {
  const found = remedies.find(([known]) => known.test(words));
  if (found !== undefined) return found[1](server);
  return isRetriable(error) ? `start it, or unset ${server.variable} to do without it` : `see ${manual}`;
}
