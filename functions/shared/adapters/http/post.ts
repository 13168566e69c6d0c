import { promises as dns, type LookupAddress } from 'node:dns';
import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { RequestFailedError, TargetRefusedError } from './errors.ts';
import { isAllowedAddress, literalAddress, parseTarget } from './target.ts';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The time limit for name resolution, connection, request and answer together. */
  readonly timeoutMs: number;
  /** Allows plain http, any port, and private or loopback addresses. */
  readonly allowPrivate: boolean;
  /** Ends the request early. */
  readonly signal?: AbortSignal;
}

/** The ways in which the body of an answer ended. The status is valid in each case. */
export type BodyEnd = 'complete' | 'too large' | 'time-out' | 'connection lost';

export interface PostAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The part of the body that arrived, {@link answerBytesMax} bytes at most. */
  readonly body: string;
  readonly bodyEnd: BodyEnd;
}

/**
 * Sends a POST request.
 * @throws {TargetRefusedError} before anything is sent
 * @throws {RequestFailedError} if no status arrived
 */
export type Post = (request: PostRequest) => Promise<PostAnswer>;

/** Returns all addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export const answerBytesMax = 16_384;

const resolveBySystem: Resolve = (hostname) => dns.lookup(hostname, { all: true });

/**
 * Returns a function that sends POST requests and cannot be misused to reach an internal network. A request goes only to an
 * address that was checked, follows no redirect, reuses no connection, and ends within its time limit.
 */
export function createPost(resolve: Resolve = resolveBySystem): Post {
  return async (request) => {
    const url = parseTarget(request.url, request.allowPrivate);
    const timeout = AbortSignal.timeout(request.timeoutMs);
    const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
    try {
      signal.throwIfAborted();
      const addresses = await Promise.race([rejection(signal), checkedAddresses(url, request.allowPrivate, resolve)]);
      return await readAnswer(await send(url, addresses, request, signal), signal);
    } catch (error) {
      if (timeout.aborted)
        throw new RequestFailedError('time-out', `${url.origin}: no answer in ${request.timeoutMs} ms`);
      if (signal.aborted) throw new RequestFailedError('aborted', `${url.origin}: the function is out of time`);
      throw error;
    }
  };
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/**
 * Returns the addresses of a host. One forbidden address refuses the name: an attacker may add it so that a second try
 * uses it.
 */
async function checkedAddresses(url: URL, allowPrivate: boolean, resolve: Resolve): Promise<readonly LookupAddress[]> {
  if (literalAddress(url) !== undefined) return [];
  const addresses = await resolve(url.hostname).catch((error: NodeJS.ErrnoException) => {
    throw new RequestFailedError('name not resolved', `${url.origin}: name not resolved (${error.code})`);
  });
  if (addresses.length === 0) throw new RequestFailedError('name not resolved', `${url.origin}: has no address`);
  const refused = addresses.find(({ address }) => !isAllowedAddress(address, allowPrivate));
  if (refused !== undefined) {
    throw new TargetRefusedError('not a public address', `${url.origin}: resolves to ${refused.address}, refused`);
  }
  return addresses;
}

/** Returns a lookup that gives the checked addresses only: a second answer of DNS may differ from the first. */
function pinned(addresses: readonly LookupAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    if (options.all) callback(null, [...addresses]);
    else callback(null, addresses[0]!.address, addresses[0]!.family);
  };
}

function send(
  url: URL,
  addresses: readonly LookupAddress[],
  request: PostRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const start = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const fail = (error?: NodeJS.ErrnoException): void => {
      const cause = error?.code ?? 'closed without an answer';
      reject(new RequestFailedError('connection failed', `${url.origin}: connection failed (${cause})`));
    };
    const headers = { ...request.headers, 'content-length': String(Buffer.byteLength(request.body)) };
    start(url, { method: 'POST', agent: false, lookup: pinned(addresses), headers, signal })
      .once('response', resolve)
      .on('error', fail)
      // A protocol switch that was not requested closes the connection without an error.
      .once('close', () => fail())
      .end(request.body);
  });
}

async function readAnswer(response: IncomingMessage, signal: AbortSignal): Promise<PostAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let bodyEnd: BodyEnd = 'complete';
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= answerBytesMax) continue;
      bodyEnd = 'too large';
      break;
    }
  } catch {
    bodyEnd = signal.aborted ? 'time-out' : 'connection lost';
  }
  const body = Buffer.concat(chunks).subarray(0, answerBytesMax).toString();
  return { status: response.statusCode ?? 0, headers: response.headers, body, bodyEnd };
}
