import ipaddr from 'ipaddr.js';
import { isForwarded } from './forwarded.ts';
import { type HttpRequest, tooBusy } from './http.ts';

/**
 * The requests that a client of another machine may send: so many a second, after so many at once. A team behind one address is one
 * client: each of twelve open pages sends up to a dozen when its view opens, and as many every 2 s in an incident.
 */
export const clientRate = { perSecond: 100, atOnce: 600 } as const;
/** The most clients that are remembered; the one that was last heard longest ago is forgotten first. */
const clientsMax = 10_000;
const ipv6PrefixParts = 4;

interface Bucket {
  tokens: number;
  readMs: number;
}

/** Limits the requests of each client by a token bucket. Those of this machine are limited by the gates alone. */
export class ClientRates {
  readonly #buckets = new Map<string, Bucket>();
  readonly #nowMs: () => number;

  /** @param nowMs a clock that never goes back, ms */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Counts a request. @throws {HttpError} 429 if its client has sent too many */
  take({ remoteAddress, headers }: Pick<HttpRequest, 'remoteAddress' | 'headers'>): void {
    // A proxy can claim any sender, so that all whom it passes on are one client.
    const client = isForwarded(headers) ? 'behind a proxy' : clientOf(remoteAddress);
    if (client === undefined) return;
    const nowMs = this.#nowMs();
    const { perSecond, atOnce } = clientRate;
    const { tokens, readMs } = this.#buckets.get(client) ?? { tokens: atOnce, readMs: nowMs };
    const left = Math.min(atOnce, tokens + ((nowMs - readMs) / 1_000) * perSecond) - 1;
    this.#buckets.delete(client);
    this.#buckets.set(client, { tokens: Math.max(0, left), readMs: nowMs });
    if (this.#buckets.size > clientsMax) this.#buckets.delete(this.#buckets.keys().next().value!);
    if (left < 0) throw tooBusy(`a client may send ${perSecond} requests a second; try again later`);
  }
}

/** Returns the client of an address, of IPv6 its network of 64 bits; `undefined` for this machine. */
function clientOf(address: string | undefined): string | undefined {
  if (address === undefined || !ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.range() === 'loopback') return undefined;
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, ipv6PrefixParts).join(':') : parsed.toString();
}
