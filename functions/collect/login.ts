import { mechanisms, readAuthority } from '../shared/adapters/kafka/connect.ts';
import type { KafkaConnection } from '../shared/adapters/kafka/connection.ts';
import type { SearchLogin } from '../shared/adapters/opensearch/cluster.ts';
import { UsageError } from '../shared/domain/errors.ts';
import type { Secrets } from '../shared/ports/secrets.ts';
import {
  accountFault,
  kafkaFault,
  type LoginFault,
  type LoginOptions,
  type LoginTarget,
  type OptionNames,
  searchFault,
  storageFault,
} from './check-login.ts';

/** The source of passwords, and the names of the options for messages. */
export interface LoginDeps {
  readonly secrets: Secrets;
  readonly names: OptionNames;
}

/**
 * Returns encryption and log-in of a Kafka cluster.
 * @throws {UsageError} if options do not fit, a password cannot be read, or would be sent in clear text over a network
 */
export async function kafkaLogin(
  target: LoginTarget,
  options: LoginOptions,
  { secrets, names }: LoginDeps,
): Promise<Pick<KafkaConnection, 'tls' | 'sasl'>> {
  refuse(kafkaFault(target, options, names));
  const { sasl = 'scram-sha-512', tls, ca } = options;
  const login = await passwordOf(target, options, secrets);
  return {
    ...(tls === true || ca !== undefined ? { tls: authorityOf(options, names) } : {}),
    ...(login === undefined ? {} : { sasl: { mechanism: mechanisms[sasl], ...login } }),
  };
}

/**
 * Returns the log-in of an OpenSearch cluster.
 * @throws {UsageError} if options do not fit, a password cannot be read, or would be sent in clear text over a network
 */
export async function searchLogin(
  target: LoginTarget & { readonly url: string },
  options: LoginOptions,
  { secrets, names }: LoginDeps,
): Promise<SearchLogin> {
  refuse(searchFault(target, options, names));
  return { ...authorityOf(options, names), ...(await passwordOf(target, options, secrets)) };
}

/** Refuses options of a log-in for a target whose protocol has none. @throws {UsageError} */
export const refuseLogin = (options: LoginOptions, names: OptionNames): void => refuse(storageFault(options, names));

/** Refuses options of a log-in for a target about which AWS is asked. @throws {UsageError} */
export const refuseAccountLogin = (options: LoginOptions, names: OptionNames): void =>
  refuse(accountFault(options, names));

function refuse(fault: LoginFault | undefined): void {
  if (fault !== undefined) throw new UsageError(fault.message);
}

const authorityOf = ({ ca }: LoginOptions, names: OptionNames): { readonly ca?: string } =>
  ca === undefined ? {} : { ca: readAuthority(ca, names.ca) };

async function passwordOf({ username }: LoginTarget, { password }: LoginOptions, secrets: Secrets) {
  if (username === undefined || password === undefined) return undefined;
  // A wrong reference is an error of what was typed, and no fault of the cluster.
  await secrets.get(password);
  return { username, password: () => secrets.get(password) };
}
