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
  /** For all of it: name, connection, request and answer. */
  readonly timeoutMs: number;
  /** Lets plain http, any port, and private or loopback addresses through. */
  readonly allowPrivate: boolean;
  /** Ends the request early. */
  readonly signal?: AbortSignal;
}

/** How the body ended. The status stands whatever happened to the body behind it. */
export type BodyEnd = 'complete' | 'too large' | 'time-out' | 'connection lost';

export interface PostAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As much of it as came, at most {@link answerBytesMax}. */
  readonly body: string;
  readonly bodyEnd: BodyEnd;
}

/** @throws {TargetRefusedError} before anything is sent @throws {RequestFailedError} when no status came */
export type Post = (request: PostRequest) => Promise<PostAnswer>;

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export const answerBytesMax = 16_384;

const resolveBySystem: Resolve = (hostname) => dns.lookup(hostname, { all: true });

/**
 * A POST that cannot be turned against our own network: it goes to exactly an address that was judged, follows no
 * redirect, reuses no connection, and ends within its time.
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

/** One forbidden address spoils the name: whoever mixes them in hopes that the second try takes it. */
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

/** Connects to what was checked: a second DNS answer may differ from the first. */
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
      // An unwanted protocol switch closes the connection without an error.
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
