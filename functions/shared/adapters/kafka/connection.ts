import { isIP } from 'node:net';
import type { BaseOptions, SASLOptions } from '@platformatic/kafka';
import { UnavailableError, UsageError } from '../../domain/errors.ts';
import { quotedOrWithheld } from '../../domain/withheld.ts';

export interface KafkaConnection {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** Absent: plain text. An empty object trusts the authorities that Node does. */
  readonly tls?: { readonly ca?: string };
  readonly sasl?: KafkaSasl;
}

export type KafkaSasl =
  | {
      readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
      /** A function is asked at each log-in, as the password is. */
      readonly username: string | (() => Promise<string>);
      /** Asked for at each log-in, so that a password that was changed is taken up. */
      readonly password: () => Promise<string>;
    }
  /** MSK's own: the credentials of the function's role, signed. */
  | { readonly mechanism: 'AWS_MSK_IAM'; readonly region: string; readonly token?: IamTokenSource };

/** @returns a token for `region`, which the brokers take for at most 15 minutes */
export type IamTokenSource = (region: string) => Promise<string>;

/** Ms. What one call of the client may take; the ports add deadlines of their own over several. */
const connectTimeoutMs = 5_000;
const credentialTimeoutMs = 5_000;

/**
 * What every client of this module is made with: it never creates a topic by asking for it, and tries nothing again by
 * itself, because only the caller knows what a second try would mean.
 * @param requestTimeoutMs of one request; after it the client drops the connection
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

/** MSK's load balancers and other front ends tell brokers apart by the name that TLS sends; an address is none. */
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

/** Loaded when it is needed: the signer brings half an AWS SDK along, and only MSK wants it. */
async function signedToken(region: string): Promise<string> {
  const { generateAuthToken } = await import('aws-msk-iam-sasl-signer-js');
  return (await generateAuthToken({ region })).token;
}

/** The longest name of a broker that a message shows. */
const brokerCharactersMax = 255;

/**
 * `a:9092,b:9092`, as the environment has it.
 * @param variable its name there
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
 * @param what begins the message: `Kafka: append`
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
