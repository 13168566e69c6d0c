import { BlockList, isIP } from 'node:net';
import { UsageError } from '../../shared/domain/errors.ts';
import { shown } from '../../shared/domain/shown.ts';
import type { Address, PacketLimits } from '../../shared/ports/packet-network.ts';

/** A storage that is collected, and how long that may take. */
export interface StorageTarget extends Address, PacketLimits {
  /** The longest time of the whole collection, ms. */
  readonly totalMs: number;
  /** The most bytes that all answers of a collection may have together. */
  readonly bytesMax: number;
  /** The most chunkservers that are asked for their disks at once. */
  readonly atOnce: number;
  /**
   * The networks in which chunkservers are asked for their disks, as in `10.77.0.0/16`. The master names their addresses, and a
   * forged one must not lead elsewhere.
   * @default private networks and 100.64.0.0/10; loopback too if the master is there
   */
  readonly networks?: readonly string[];
}

export const targetDefaults = {
  connectMs: 3_000,
  idleMs: 5_000,
  totalMs: 20_000,
  bytesMax: 16 * 1_024 * 1_024,
  atOnce: 8,
} as const satisfies Omit<StorageTarget, keyof Address>;

/** The port on which masters answer clients. */
const masterPort = 9421;
const expected = 'expected moosefs://HOST or moosefs://HOST:PORT, such as moosefs://mfsmaster:9421';

/**
 * Returns the target that an address names.
 * @throws {UsageError}
 * @example
 * parseStorageTarget('moosefs://10.77.0.10').port; // => 9421
 */
export function parseStorageTarget(text: string): StorageTarget {
  const url = URL.parse(text);
  // The parser of this scheme keeps what a name cannot contain, such as `%` and a backslash.
  const host = url?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '';
  if (url?.protocol !== 'moosefs:' || !/^[\w.:-]{1,253}$/.test(host) || url.port === '0')
    throw new UsageError(`${shown(text)} is no address of a storage; ${expected}`);
  if (url.username !== '' || url.password !== '')
    throw new UsageError('the protocol of a storage has no log-in; write moosefs://HOST:PORT without one');
  if ((url.pathname !== '' && url.pathname !== '/') || url.search !== '' || url.hash !== '')
    throw new UsageError(`an address of a storage ends with its port; ${expected}`);
  return { ...targetDefaults, host, port: url.port === '' ? masterPort : Number(url.port) };
}

/**
 * Returns a target whose chunkservers are asked in these networks alone; the target itself if there are none.
 * @throws {UsageError} for a text that is no network of IPv4
 */
export function withNetworks(target: StorageTarget, networks: readonly string[] | undefined): StorageTarget {
  if (networks === undefined) return target;
  listOf(networks);
  return { ...target, networks };
}

/** Returns a check of IPv4 addresses. @param networks as in `10.0.0.0/8` @throws {UsageError} */
function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [, base, bits] = /^([\d.]{7,15})\/(\d{1,2})$/.exec(network) ?? [];
    if (base === undefined || isIP(base) !== 4 || Number(bits) > 32)
      throw new UsageError(`${shown(network)} is no network; expected one of IPv4, such as 10.77.0.0/16`);
    list.addSubnet(base, Number(bits), 'ipv4');
  }
  return list;
}

const usual = listOf(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10']);
const loopback = listOf(['127.0.0.0/8']);
/** Addresses at which clouds offer credentials, in the usual networks. */
const metadata = listOf(['100.100.100.200/32']);

/**
 * Returns why a chunkserver is not asked for its disks; `undefined` if it may be asked.
 * @param ip its IPv4 address, as the master told it
 */
export function refusalToAsk(
  ip: string,
  { host, networks }: Pick<StorageTarget, 'host' | 'networks'>,
): string | undefined {
  if (networks !== undefined)
    return listOf(networks).check(ip) ? undefined : `${ip} is in none of the networks ${networks.join(', ')}`;
  if (usual.check(ip) && !metadata.check(ip)) return undefined;
  if (loopback.check(ip) && isLoopback(host)) return undefined;
  return `${ip} is no private address; name the network of the chunkservers if it is right`;
}

/** Returns whether a host is this machine. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && loopback.check(host));
