import ipaddr from 'ipaddr.js';
import { TargetRefusedError } from './errors.ts';

/** Addresses at which clouds offer metadata and credentials. They are refused in whatever range they are. */
const metadataAddresses = new Set(['168.63.129.16', '100.100.100.200', 'fd00:ec2::254', 'fd20:ce::254']);

/**
 * The range of all IPv6 addresses that are assigned. Outside it are forms that ipaddr.js calls unicast too, such as `::7f00:1`
 * (127.0.0.1).
 * @see https://www.iana.org/assignments/ipv6-address-space
 */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

const publicRanges = new Set(['unicast']);

/** Ranges that `allowPrivate` permits. Link-local is not one of them, because clouds offer credentials there. */
const privateRanges = new Set(['unicast', 'private', 'loopback', 'uniqueLocal', 'carrierGradeNat']);

const usualPorts = new Set(['', '80', '443']);

/**
 * Returns whether a request may go to an address.
 * @param address      IPv4 or IPv6 in any usual form, also an IPv4 address in the form of IPv6
 * @param allowPrivate allows loopback, private and unique-local addresses
 */
export function isAllowedAddress(address: string, allowPrivate: boolean): boolean {
  const usual = usualForm(address);
  if (usual === undefined) return false;
  const parsed = ipaddr.process(usual);
  if (metadataAddresses.has(parsed.toString())) return false;
  const range = parsed.range();
  if (range === 'unicast' && parsed instanceof ipaddr.IPv6 && !parsed.match(globalUnicast)) return false;
  return (allowPrivate ? privateRanges : publicRanges).has(range);
}

/**
 * Returns an address in its usual form. ipaddr.js reads `::127.0.0.1` as `::ffff:127.0.0.1`, so IPv6 is read by `new URL` first: it
 * writes both in hexadecimal, and accepts no zones.
 */
function usualForm(address: string): string | undefined {
  const usual = address.includes(':') ? URL.parse(`http://[${address}]/`)?.hostname.slice(1, -1) : address;
  return usual !== undefined && ipaddr.isValid(usual) ? usual : undefined;
}

/**
 * Reads a target and checks it as far as that is possible without DNS.
 * @throws {TargetRefusedError} whose message contains only the origin: path and query of a webhook are often its secret
 */
export function parseTarget(text: string, allowPrivate: boolean): URL {
  if (!URL.canParse(text)) throw new TargetRefusedError('not a URL', 'expected an absolute URL such as https://host/');
  const url = new URL(text);
  const refuse = (reason: TargetRefusedError['reason'], remedy: string): never => {
    throw new TargetRefusedError(reason, `${url.origin}: ${reason}; ${remedy}`);
  };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse('not a URL', 'expected https');
  if (url.username !== '' || url.password !== '') refuse('credentials in the URL', 'sign requests instead');
  const literal = literalAddress(url);
  if (literal !== undefined && !isAllowedAddress(literal, allowPrivate)) {
    refuse(
      'not a public address',
      isAllowedAddress(literal, true)
        ? 'allowPrivate permits private and loopback targets'
        : 'nothing is ever sent to an address of this kind: use another one',
    );
  }
  if (!allowPrivate && isLocalName(url.hostname)) {
    refuse('not a public address', 'it names this machine; allowPrivate permits private and loopback targets');
  }
  if (!allowPrivate && url.protocol === 'http:')
    refuse('plain http', 'use https, or allowPrivate for a target of your own network');
  if (!allowPrivate && !usualPorts.has(url.port))
    refuse('unusual port', 'use 443, or allowPrivate for a target of your own network');
  return url;
}

/** Returns whether a name means the loopback interface, whatever DNS answers. @see RFC 6761, section 6.3 */
const isLocalName = (host: string): boolean => /^(?:.+\.)?localhost\.?$/i.test(host);

/**
 * Returns the host of a URL if it is an address. Node does not call `lookup` for such a host, so it has to be checked here. By now
 * `new URL` has converted forms such as `127.1` and `0x7f.1` to the usual one.
 */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(host) ? host : undefined;
}
