import { BlockList, isIP } from 'node:net';

/** Addresses that mean another host on each host. */
const unspecific = new BlockList();
unspecific.addSubnet('127.0.0.0', 8);
unspecific.addSubnet('169.254.0.0', 16);
unspecific.addAddress('0.0.0.0');
unspecific.addAddress('::1', 'ipv6');
unspecific.addAddress('::', 'ipv6');
unspecific.addSubnet('fe80::', 10, 'ipv6');
unspecific.addSubnet('::ffff:127.0.0.0', 104, 'ipv6');

/** Returns whether an address or a host's name names one host: it is not empty, loopback, link-local or unspecified. */
export function namesOneHost(host: string): boolean {
  const version = isIP(host);
  if (version !== 0) return !unspecific.check(host, version === 4 ? 'ipv4' : 'ipv6');
  return host !== '' && !/^localhost(?:\.|$)|\s/i.test(host);
}

/**
 * Returns the host of an address as software writes it: `10.0.0.1:9092`, `[fd00::1]:9092`, `kafka-1:9092`, `/10.0.0.1`,
 * `http://search-1:9200`.
 * @returns `undefined` for a text without a host, and for one that {@link namesOneHost} refuses
 * @example
 * hostIn('10.0.0.1:9092'); // => '10.0.0.1'
 * hostIn('localhost:9092'); // => undefined
 */
export function hostIn(address: string): string | undefined {
  const authority = address
    .replace(/^[a-z][a-z0-9+.-]{0,31}:\/\//i, '')
    .replace(/^\/+/, '')
    .split('/', 1)[0]!;
  const host = isIP(authority) === 0 ? authority.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1') : authority;
  return namesOneHost(host) ? host : undefined;
}

/** Returns the first label of a host's name, by which others may name it; `undefined` for an address. */
export function shortName(host: string): string | undefined {
  if (isIP(host) !== 0) return undefined;
  const [label] = host.split('.', 1);
  return label === host ? undefined : label;
}
