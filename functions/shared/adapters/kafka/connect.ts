import { readFileSync } from 'node:fs';
import type { saslNames } from '../../domain/collect-settings.ts';
import { UsageError } from '../../domain/errors.ts';
import { isSecretsManagerReference } from '../../domain/secret-reference.ts';
import { kafkaPrefixOf } from '../../environment/kafka-prefix.ts';
import { kafkaBrokers } from '../../environment/server-variables.ts';
import { type Environment, oneOf, optional, required } from '../../environment/variables.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { type KafkaConnection, type KafkaSasl, parseBrokers } from './connection.ts';
import { type KafkaEventLog, type KafkaEventLogOptions, kafkaEventLog } from './event-log.ts';

/** The log-ins with a password, and their names in the protocol. */
export const mechanisms = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
} as const satisfies Readonly<Record<(typeof saslNames)[number], string>>;
const logins = ['iam', 'plain', 'scram-sha-256', 'scram-sha-512'] as const;

/**
 * Returns the brokers and the log-in that the environment names. `OFFBEAT_KAFKA_SASL` is the kind of log-in. The connection
 * is encrypted with `iam`, with `OFFBEAT_KAFKA_TLS=yes`, and with `OFFBEAT_KAFKA_CA`. `OFFBEAT_KAFKA_PREFIX` is the prefix
 * of topics and groups.
 * @param secrets the source, at each log-in, of the password by the reference in `OFFBEAT_KAFKA_PASSWORD`, and of the user
 *   name if `OFFBEAT_KAFKA_USERNAME` is a reference to Secrets Manager
 * @throws {UsageError} naming the variable that is wrong
 */
export function kafkaConnectionOf(env: Environment, secrets: Secrets): KafkaConnection {
  const brokers = parseBrokers(required(env, kafkaBrokers, 'the brokers, host:port,host:port'), kafkaBrokers);
  const login = oneOf(env, 'OFFBEAT_KAFKA_SASL', logins);
  const ca = authorityOf(env);
  const prefix = kafkaPrefixOf(env);
  const encrypted = ca !== undefined || login === 'iam' || oneOf(env, 'OFFBEAT_KAFKA_TLS', ['yes', 'no']) === 'yes';
  return {
    brokers,
    ...(encrypted ? { tls: ca === undefined ? {} : { ca } } : {}),
    ...(login === undefined ? {} : { sasl: saslOf(env, login, secrets) }),
    ...(prefix === undefined ? {} : { prefix }),
  };
}

function saslOf(env: Environment, login: (typeof logins)[number], secrets: Secrets): KafkaSasl {
  if (login === 'iam') {
    return { mechanism: 'AWS_MSK_IAM', region: required(env, 'AWS_REGION', 'the region of the MSK cluster') };
  }
  const reference = required(env, 'OFFBEAT_KAFKA_PASSWORD', 'a reference: env:NAME, file:PATH or secretsmanager:NAME');
  const username = required(env, 'OFFBEAT_KAFKA_USERNAME', 'the user who logs in');
  return {
    mechanism: mechanisms[login],
    // One secret may contain both, so that they are changed together.
    username: isSecretsManagerReference(username) ? () => secrets.get(username) : username,
    password: () => secrets.get(reference),
  };
}

function authorityOf(env: Environment): string | undefined {
  const path = optional(env, 'OFFBEAT_KAFKA_CA');
  return path === undefined ? undefined : readAuthority(path, 'OFFBEAT_KAFKA_CA');
}

/**
 * Returns the certificates of an authority.
 * @param name the name of the variable or flag, for the message
 * @throws {UsageError} if the file cannot be read
 */
export function readAuthority(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new UsageError(`${name}: cannot read ${path} (${code}); expected a file of certificates, PEM`);
  }
}

/**
 * Returns the log of the brokers that the environment names.
 * @throws {UsageError} naming the variable that is wrong
 */
export function connectEventLog(env: Environment, secrets: Secrets, options?: KafkaEventLogOptions): KafkaEventLog {
  return kafkaEventLog(kafkaConnectionOf(env, secrets), options);
}
