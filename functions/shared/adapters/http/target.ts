import ipaddr from 'ipaddr.js';
import { TargetRefusedError } from './errors.ts';

/** Addresses that answer for the machine or its cloud, whatever range they lie in. */
const metadataAddresses = new Set(['168.63.129.16', '100.100.100.200', 'fd00:ec2::254', 'fd20:ce::254']);

/**
 * All of IPv6 that is given out. Beyond it lie forms that ipaddr.js calls unicast too, `::7f00:1` (127.0.0.1) among
 * them.
 * @see https://www.iana.org/assignments/ipv6-address-space
 */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

const publicRanges = new Set(['unicast']);

/** Link-local stays out even here: it is where clouds keep their credentials. */
const privateRanges = new Set(['unicast', 'private', 'loopback', 'uniqueLocal', 'carrierGradeNat']);

const usualPorts = new Set(['', '80', '443']);

/**
 * Whether a request may go to an address.
 * @param address IPv4 or IPv6 in any usual form, an IPv4 address in IPv6's clothes included
 * @param allowPrivate lets loopback, private and unique-local addresses through
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

/** ipaddr.js takes `::127.0.0.1` for `::ffff:127.0.0.1`; `new URL` writes both in hex, and knows no zones. */
function usualForm(address: string): string | undefined {
  const usual = address.includes(':') ? URL.parse(`http://[${address}]/`)?.hostname.slice(1, -1) : address;
  return usual !== undefined && ipaddr.isValid(usual) ? usual : undefined;
}

/**
 * Reads and judges a target as far as that goes without asking DNS.
 * @throws {TargetRefusedError} naming the origin alone: path and query of a webhook are often its secret
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
        : 'nothing is ever sent to an address of this kind: name another',
    );
  }
  if (!allowPrivate && isLocalName(url.hostname)) {
    refuse('not a public address', 'it names this machine; allowPrivate permits private and loopback targets');
  }
  if (!allowPrivate && url.protocol === 'http:')
    refuse('plain http', 'use https, or allowPrivate for a target of yours');
  if (!allowPrivate && !usualPorts.has(url.port))
    refuse('unusual port', 'use 443, or allowPrivate for a target of yours');
  return url;
}

/** A name that stands for loopback whatever DNS says. @see RFC 6761, section 6.3 */
const isLocalName = (host: string): boolean => /^(?:.+\.)?localhost\.?$/i.test(host);

/**
 * The address where the host is one. Node never asks `lookup` about such a host, so it has to be judged here;
 * `new URL` has by now turned forms like `127.1` and `0x7f.1` into the usual one.
 */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(host) ? host : undefined;
}
