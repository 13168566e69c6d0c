import type { saslNames } from '../shared/domain/collect-settings.ts';
import { isLoopback } from './storage/target.ts';

/** The options about log-in and encryption. */
export interface LoginOptions {
  /** A reference to the password: `env:NAME`, `file:PATH` or, where deployed, `secretsmanager:NAME`. */
  readonly password?: string | undefined;
  readonly sasl?: (typeof saslNames)[number] | undefined;
  readonly tls?: boolean | undefined;
  /** A file with the certificates of an authority, PEM. */
  readonly ca?: string | undefined;
}

/** The names of the options, as the reader of a message wrote them. */
export type OptionNames = Readonly<Record<keyof LoginOptions, string>>;
/** The names of flags of the command line. */
export const flagNames: OptionNames = { password: '--password', sasl: '--sasl', tls: '--tls', ca: '--ca' };
/** The names of keys of the settings. */
export const keyNames: OptionNames = { password: 'password', sasl: 'sasl', tls: 'tls: true', ca: 'ca' };

/** The parts of a target that a log-in depends on. */
export interface LoginTarget {
  readonly host: string;
  readonly username?: string;
  /** The address of OpenSearch; absent for Kafka. */
  readonly url?: string;
}

/** An option that does not fit, and why. */
export interface LoginFault {
  readonly option: keyof LoginOptions | 'target';
  readonly message: string;
}

const plainHttp = 'http: would send the password in clear text; write https:';

/** Returns the option that does not fit a Kafka cluster; `undefined` if all fit. */
export function kafkaFault(
  { host, username }: LoginTarget,
  { password, sasl, tls, ca }: LoginOptions,
  names: OptionNames,
): LoginFault | undefined {
  const fault = userFault(username, password, names);
  if (fault !== undefined) return fault;
  if (password === undefined && sasl !== undefined)
    return {
      option: 'sasl',
      message: `${names.sasl} needs a user: kafka://USER@HOST:PORT, and its ${names.password}`,
    };
  const isEncrypted = tls === true || ca !== undefined;
  if (sasl !== 'plain' || isEncrypted || isLoopback(host)) return undefined;
  const message = `${names.sasl} plain would send the password in clear text; add ${names.tls}, or ${names.ca} with your authority`;
  return { option: 'sasl', message };
}

/** Returns the option that does not fit an OpenSearch cluster; `undefined` if all fit. */
export function searchFault(
  { host, username, url = '' }: LoginTarget,
  { password, sasl, tls, ca }: LoginOptions,
  names: OptionNames,
): LoginFault | undefined {
  if (sasl !== undefined || tls === true) {
    const message = `${names.sasl} and ${names.tls} are for Kafka; the address of OpenSearch begins with https: for TLS`;
    return { option: sasl === undefined ? 'tls' : 'sasl', message };
  }
  const isEncrypted = url.startsWith('https:');
  if (!isEncrypted && ca !== undefined)
    return {
      option: 'ca',
      message: `${names.ca} needs an address that begins with https:, whose certificate it checks`,
    };
  const fault = userFault(username, password, names);
  if (fault !== undefined) return fault;
  if (password === undefined || isEncrypted || isLoopback(host)) return undefined;
  return { option: 'target', message: plainHttp };
}

/** Returns an option for a storage, whose protocol has no log-in; `undefined` if there is none. */
export const storageFault = (options: LoginOptions, names: OptionNames): LoginFault | undefined =>
  unusedOption(options, names, 'a storage has no log-in');

/** Returns an option for a target about which AWS is asked; `undefined` if there is none. */
export const accountFault = (options: LoginOptions, names: OptionNames): LoginFault | undefined =>
  unusedOption(options, names, 'AWS is asked with the credentials of the environment');

function unusedOption(
  { password, sasl, tls, ca }: LoginOptions,
  names: OptionNames,
  why: string,
): LoginFault | undefined {
  const given = { password, sasl, tls: tls === true ? tls : undefined, ca };
  const option = (Object.keys(given) as (keyof LoginOptions)[]).find((name) => given[name] !== undefined);
  if (option === undefined) return undefined;
  const { password: first, sasl: second, tls: third, ca: fourth } = names;
  return { option, message: `${first}, ${second}, ${third} and ${fourth} are for Kafka and OpenSearch; ${why}` };
}

function userFault(
  username: string | undefined,
  password: string | undefined,
  names: OptionNames,
): LoginFault | undefined {
  if (username === undefined && password !== undefined)
    return { option: 'password', message: `${names.password} needs a user in the address: USER@HOST` };
  if (username === undefined || password !== undefined) return undefined;
  const message = `the user of the address needs ${names.password} env:NAME or ${names.password} file:PATH`;
  return { option: 'password', message };
}
