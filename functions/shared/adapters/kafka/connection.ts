import { isIP } from 'node:net';
import type { BaseOptions, SASLOptions } from '@platformatic/kafka';
import { UnavailableError, UsageError } from '../../domain/errors.ts';
import { quotedOrWithheld } from '../../domain/withheld.ts';

export interface KafkaConnection {
  /** The addresses of the brokers, each `host:port`. */
  readonly brokers: readonly string[];
  /** The encryption; absent for plain text. An empty object trusts the certificate authorities of Node. */
  readonly tls?: { readonly ca?: string };
  readonly sasl?: KafkaSasl;
  /**
   * The prefix of this deployment's topics and groups on the brokers.
   *
   * @default none
   */
  readonly prefix?: string;
}

export type KafkaSasl =
  | {
      readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
      /** The user name. A function is called at each log-in. */
      readonly username: string | (() => Promise<string>);
      /** Returns the password. It is called at each log-in, so that a changed password is used. */
      readonly password: () => Promise<string>;
    }
  /** The log-in of MSK, with a token that is signed with the credentials of the function's role. */
  | { readonly mechanism: 'AWS_MSK_IAM'; readonly region: string; readonly token?: IamTokenSource };

/** Returns a token for a region, which the brokers accept for at most 15 minutes. */
export type IamTokenSource = (region: string) => Promise<string>;

/** The time limit of one call of the client, in ms. The ports add time limits over several calls. */
const connectTimeoutMs = 5_000;
const credentialTimeoutMs = 5_000;

/**
 * Returns the options of each client. It never creates a topic by requesting its metadata, and it never retries by itself,
 * because only its caller can decide whether a second try is harmless.
 * @param requestTimeoutMs the time limit of one request; after it the client closes the connection
 */
export function clientOptions(connection: KafkaConnection, clientId: string, requestTimeoutMs: number): BaseOptions {
  const { brokers, tls, sasl } = connection;
  return {
    clientId,
    bootstrapBrokers: [...brokers],
    connectTimeout: connectTimeoutMs,
    requestTimeout: requestTimeoutMs,
    retries: 0,
    autocreateTopics: false,
    ...(tls === undefined ? {} : { tls: { ...tls }, tlsServerName: brokers.every(hasName) }),
    ...(sasl === undefined ? {} : { sasl: saslOptions(sasl) }),
  };
}

/**
 * Returns whether a broker is named by a host name. TLS sends it then, because MSK's load balancers and other proxies
 * distinguish brokers by this name. An IP address is not sent.
 */
const hasName = (broker: string): boolean =>
  isIP(broker.slice(0, broker.lastIndexOf(':')).replace(/^\[|\]$/g, '')) === 0;

function saslOptions(sasl: KafkaSasl): SASLOptions {
  if (sasl.mechanism !== 'AWS_MSK_IAM') {
    const { mechanism, username, password } = sasl;
    return {
      mechanism,
      username:
        typeof username === 'string'
          ? username
          : () => withDeadline(username(), credentialTimeoutMs, 'Kafka: no user name'),
      password: () => withDeadline(password(), credentialTimeoutMs, 'Kafka: no password'),
    };
  }
  const { region, token = signedToken } = sasl;
  // Called at each log-in and again before the broker's session ends, so that no token is ever used twice.
  return {
    mechanism: 'OAUTHBEARER',
    token: () => withDeadline(token(region), credentialTimeoutMs, 'Kafka: no IAM token'),
  };
}

/**
 * Returns a token of MSK. The signer is loaded here, because it contains a large part of the AWS SDK and only MSK uses
 * it.
 */
async function signedToken(region: string): Promise<string> {
  const { generateAuthToken } = await import('aws-msk-iam-sasl-signer-js');
  return (await generateAuthToken({ region })).token;
}

/** The longest name of a broker that a message shows. */
const brokerCharactersMax = 255;

/**
 * Parses a list of brokers: `a:9092,b:9092`.
 * @param variable the name of the variable, for the message
 * @throws {UsageError} if it names no broker, or one without a port
 */
export function parseBrokers(text: string, variable: string): readonly string[] {
  const brokers = text
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  const wrong = brokers.length === 0 ? text : brokers.find((broker) => !/^[^\s/]+:\d{1,5}$/.test(broker));
  if (wrong !== undefined)
    throw new UsageError(
      `${variable}: expected host:port,host:port, got ${quotedOrWithheld(wrong, brokerCharactersMax)}`,
    );
  return brokers;
}

/**
 * Waits for a promise, with a time limit.
 * @param what the beginning of the message: `Kafka: append`
 * @throws {UnavailableError} if `promise` has not settled after `ms`
 */
export async function withDeadline<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new UnavailableError(`${what} within ${ms} ms`)), Math.max(0, ms));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
