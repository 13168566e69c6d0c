import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { isRetriable, UsageError } from '../../functions/shared/domain/errors.ts';
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import { printableJson } from '../../functions/shared/domain/printable.ts';
import { problemDetails, problemType } from '../../functions/shared/domain/problem-details.ts';
import { shownText } from '../../functions/shared/domain/shown.ts';
import { boundConnections } from './connections.ts';
import {
  type AnyResponse,
  type HttpBody,
  HttpError,
  type HttpRequest,
  type HttpResponse,
  type Route,
  retryLater,
} from './http.ts';
import { discardRest, mayDiscard, refuseLength, unpackedBody } from './read-body.ts';
import { isUnspecified, readHead } from './request-head.ts';

export interface ServerOptions {
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** The port to listen on; 0 for any free port. */
  readonly port: number;
  /** Allows an address that is not loopback, so that other machines are answered too. */
  readonly beyondLoopback?: boolean;
  /** The routes. Of several that match, the first answers. */
  readonly routes: readonly Route[];
  /** Gets a line when a request failed by a fault of this process. */
  readonly report: (line: string) => void;
  /** @default requestTimes */
  readonly times?: RequestTimes;
}

/** The times that a client may need for each part of a request, ms. */
export interface RequestTimes {
  /** The time from the first byte of its headers to the last. */
  readonly headersMs: number;
  /** The time from the first byte of the request to the last. */
  readonly requestMs: number;
  /** The time to read the answer. */
  readonly answerMs: number;
}

export interface RunningServer {
  /** The address for clients of this machine, such as `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Answers the requests that have arrived completely, then frees the port. */
  close(): Promise<void>;
}

export const connectionsMax = 512;
export const requestTimes: RequestTimes = { headersMs: 10_000, requestMs: 60_000, answerMs: 60_000 };
/** The period at which these time-outs are checked, as a share of the shortest. */
const checkShare = 0.1;

/**
 * Serves routes over HTTP. Reads no more of a request than its answer needs: first the head, then as much of the body as
 * the route reads.
 * @throws {UsageError} if the address is not loopback and `beyondLoopback` is not set, or if the port is in use
 */
export async function serve(options: ServerOptions): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1';
  if (!isLoopback(host) && options.beyondLoopback !== true) {
    throw new UsageError(`host ${host} would let other machines in; use 127.0.0.1, or set beyondLoopback`);
  }
  const { headersMs, requestMs } = options.times ?? requestTimes;
  const timeouts = {
    requestTimeout: requestMs,
    headersTimeout: headersMs,
    connectionsCheckingInterval: checkShare * Math.min(headersMs, requestMs),
  };
  const serveIt = (request: IncomingMessage, response: ServerResponse): void =>
    void serveOne(request, response, options);
  const server = createServer(timeouts, serveIt);
  // A client learns whether it may send its body once its route is known.
  server.on('checkContinue', serveIt);
  const closeWaiting = boundConnections(server, connectionsMax);
  await listen(server, host, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${addressOf(host)}:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        closeWaiting();
      }),
  };
}

/** Returns the address by which a client of this machine reaches a server that listens on a host. */
function addressOf(host: string): string {
  if (isUnspecified(host)) return isIPv6(host) ? '[::1]' : '127.0.0.1';
  return isIPv6(host) ? `[${host}]` : host;
}

/** Answers one request. If the client leaves, that is not reported as a failure, and the work for it ends where it can. */
async function serveOne(incoming: IncomingMessage, response: ServerResponse, options: ServerOptions): Promise<void> {
  // The request was in a piece that was read before its connection was closed.
  if (incoming.socket.destroyed) return;
  const left = new AbortController();
  const { answerMs } = options.times ?? requestTimes;
  response.once('close', () => left.abort());
  try {
    send(response, await answer(incoming, response, left.signal, options.routes), answerMs);
  } catch (error) {
    if (left.signal.aborted || incoming.socket.destroyed) return;
    send(response, toFailure(error, options.report), answerMs);
  }
}

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
  routes: readonly Route[],
): Promise<AnyResponse> {
  const request = readHead(incoming, signal);
  const { bodyBytesMax, answer: answerIt } = routeOf(request, routes);
  return answerIt(request, bodyBytesMax === 0 ? noBody() : bodyOf(incoming, response, bodyBytesMax));
}

async function* bodyOf(
  incoming: IncomingMessage,
  response: ServerResponse,
  bytesMax: number,
): HttpBody & AsyncGenerator<Buffer> {
  refuseLength(incoming, bytesMax);
  if (incoming.headers.expect !== undefined) response.writeContinue();
  yield* unpackedBody(incoming, bytesMax);
}

async function* noBody(): HttpBody & AsyncGenerator<Buffer> {}

/** Returns the route of a request. @throws {HttpError} 404 or 405 */
function routeOf(request: HttpRequest, routes: readonly Route[]): Route {
  const { method, path } = request;
  const atPath = routes.filter((route) => route.path.test(path) && route.when?.(request) !== false);
  const found = atPath.find(({ methods }) => methods.includes(method));
  if (found !== undefined) return found;
  const where = shownText(path);
  if (atPath.length === 0)
    throw new HttpError(
      404,
      `nothing at ${where}; browsers find the page at /, the API is under /api/, and shippers send to /_bulk, /v1/metrics and /v1/logs`,
    );
  const allowed = [...new Set(atPath.flatMap(({ methods }) => methods))].join(', ');
  throw new HttpError(405, `${shownText(method)} ${where}: expected ${allowed}`, { allow: allowed });
}

function toFailure(error: unknown, report: (line: string) => void): HttpResponse {
  if (error instanceof HttpError) return failure(error.status, error.message, error.headers);
  const message = messageOf(error);
  report(`warning: a request failed: ${message}`);
  return isRetriable(error) ? failure(503, message, retryLater) : failure(500, 'failed; the log says why');
}

function failure(status: number, detail: string, headers: HttpResponse['headers'] = {}): HttpResponse {
  return {
    status,
    headers: { 'content-type': problemType, ...headers },
    body: printableJson(problemDetails(status, detail)),
  };
}

function send(response: ServerResponse, { status, headers, body }: AnyResponse, timeoutMs: number): void {
  const isWhole = response.req.complete;
  const staysOpen = isWhole || mayDiscard(response.req);
  if (!isWhole && staysOpen) discardRest(response.req);
  const ends = staysOpen ? {} : { connection: 'close' };
  const length = String(Buffer.byteLength(body));
  // The length of what would be there, which nobody has computed; a status without a body has none.
  const isWithoutLength = response.req.method === 'HEAD' || status === 204 || status === 304;
  const late = setTimeout(() => response.destroy(), timeoutMs);
  response.once('close', () => clearTimeout(late));
  const fixed = { 'x-content-type-options': 'nosniff', ...ends };
  response
    .writeHead(status, { ...headers, ...(isWithoutLength ? {} : { 'content-length': length }), ...fixed })
    .end(body);
}

/** Returns whether only this machine can reach an address to listen on. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || (ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback');
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isInUse = error.code === 'EADDRINUSE';
      const remedy = isInUse ? 'is in use; choose another with --port' : `cannot be used (${error.message})`;
      reject(new UsageError(`port ${port} on ${host} ${remedy}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}
