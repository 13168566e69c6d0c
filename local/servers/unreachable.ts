import { PipelineError, UnavailableError, UsageError } from '../../functions/shared/domain/errors.ts';

/** A server as its messages name it. */
export interface ServerHelp {
  /** The variable that names it; messages begin with it. */
  readonly variable: string;
  /** How to be let in, where it refuses the credentials. */
  readonly credentials: string;
  /** How to have its certificate trusted. */
  readonly trust: string;
}

export const nodeTrust = 'name its authority in NODE_EXTRA_CA_CERTS';
export const awsCredentials = 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE (an emulator takes any)';
const manual = 'docs/on-premises.md';

/** Words by which servers and clients say what is wrong, most telling first; what none of them says is in the manual. */
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
    () => 'it hung up: OFFBEAT_KAFKA_TLS and OFFBEAT_KAFKA_SASL must be what it expects at that port',
  ],
];

/**
 * Does what a start needs of a server that a variable names.
 * @throws {UnavailableError} one line: the variable, what went wrong, what to do
 * @throws {UsageError} as it is
 */
export async function reachServer<T>(server: ServerHelp, doing: () => Promise<T>): Promise<T> {
  try {
    return await doing();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const [said] = message.split('\n', 1);
    throw new UnavailableError(`${server.variable}: ${said}; ${remedyOf(server, error, `${name}: ${message}`)}`, {
      cause: error,
    });
  }
}

function remedyOf(server: ServerHelp, error: unknown, words: string): string {
  const found = remedies.find(([known]) => known.test(words));
  if (found !== undefined) return found[1](server);
  const isAway = error instanceof PipelineError && error.retriable;
  return isAway ? `start it, or unset ${server.variable} to do without it` : `see ${manual}`;
}
