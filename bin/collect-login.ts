import { isLoopback } from '../functions/collect/storage/target.ts';
import { mechanisms, readAuthority } from '../functions/shared/adapters/kafka/connect.ts';
import type { KafkaConnection } from '../functions/shared/adapters/kafka/connection.ts';
import type { SearchLogin } from '../functions/shared/adapters/opensearch/cluster.ts';
import { UsageError } from '../functions/shared/domain/errors.ts';
import type { Secrets } from '../functions/shared/ports/secrets.ts';

/** The flags about log-in and encryption. */
export interface LoginFlags {
  /** A reference to the password: `env:NAME` or `file:PATH`. */
  readonly password?: string;
  readonly sasl?: keyof typeof mechanisms;
  readonly tls?: boolean;
  /** A file with the certificates of an authority, PEM. */
  readonly ca?: string;
}

/** The parts of a target that a log-in depends on. */
interface LoginTarget {
  readonly host: string;
  readonly username?: string;
}

/**
 * Returns encryption and log-in of a Kafka cluster.
 * @throws {UsageError} if flags do not fit, or a password would be sent in clear text over a network
 */
export async function kafkaLogin(
  { host, username }: LoginTarget,
  flags: LoginFlags,
  secrets: Secrets,
): Promise<Pick<KafkaConnection, 'tls' | 'sasl'>> {
  const password = await passwordOf(username, flags, secrets);
  if (password === undefined && flags.sasl !== undefined)
    throw new UsageError('--sasl needs a user: kafka://USER@HOST:PORT, and its --password');
  const isEncrypted = flags.tls === true || flags.ca !== undefined;
  const sasl = flags.sasl ?? 'scram-sha-512';
  if (password !== undefined && sasl === 'plain' && !isEncrypted && !isLoopback(host))
    throw new UsageError('--sasl plain would send the password in clear text; add --tls, or --ca with your authority');
  return {
    ...(isEncrypted ? { tls: authorityOf(flags) } : {}),
    ...(password === undefined ? {} : { sasl: { mechanism: mechanisms[sasl], ...password } }),
  };
}

/**
 * Returns the log-in of an OpenSearch cluster.
 * @throws {UsageError} if flags do not fit, or a password would be sent in clear text over a network
 */
export async function searchLogin(
  { host, username, url }: LoginTarget & { readonly url: string },
  flags: LoginFlags,
  secrets: Secrets,
): Promise<SearchLogin> {
  if (flags.sasl !== undefined || flags.tls === true)
    throw new UsageError('--sasl and --tls are for Kafka; the address of OpenSearch begins with https: for TLS');
  const isEncrypted = url.startsWith('https:');
  if (!isEncrypted && flags.ca !== undefined)
    throw new UsageError('--ca needs an address that begins with https:, whose certificate it checks');
  const password = await passwordOf(username, flags, secrets);
  if (password !== undefined && !isEncrypted && !isLoopback(host))
    throw new UsageError('http: would send the password in clear text; write https:');
  return { ...authorityOf(flags), ...password };
}

/** Refuses flags of a log-in for a target whose protocol has none. @throws {UsageError} */
export function refuseLogin({ password, sasl, tls, ca }: LoginFlags): void {
  if (password !== undefined || sasl !== undefined || tls === true || ca !== undefined)
    throw new UsageError('--password, --sasl, --tls and --ca are for Kafka and OpenSearch; a storage has no log-in');
}

const authorityOf = ({ ca }: LoginFlags): { readonly ca?: string } =>
  ca === undefined ? {} : { ca: readAuthority(ca, '--ca') };

async function passwordOf(username: string | undefined, { password }: LoginFlags, secrets: Secrets) {
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined) throw new UsageError('--password needs a user in the address: USER@HOST');
  if (password === undefined)
    throw new UsageError('the user of the address needs --password env:NAME or --password file:PATH');
  // A wrong reference is an error of what was typed, and no fault of the cluster.
  await secrets.get(password);
  return { username, password: () => secrets.get(password) };
}
