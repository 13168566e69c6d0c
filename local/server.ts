import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { hostname } from 'node:os';
import ipaddr from 'ipaddr.js';
import type { ApiHandler } from '../functions/api/handler.ts';
import { PipelineError, UsageError } from '../functions/shared/domain/errors.ts';
import { printableJson } from '../functions/shared/domain/printable.ts';
import { shown, shownText } from '../functions/shared/domain/shown.ts';
import type { Clock } from '../functions/shared/ports/clock.ts';
import { fromApiGateway, toApiGateway } from './api-gateway.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { lambdaContext } from './lambda-context.ts';
import { HttpError, readBody } from './read-body.ts';

export interface ServerOptions {
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Answer other machines too: there is no log-in. */
  readonly beyondLoopback?: boolean;
  readonly api: ApiHandler;
  /** Answers what is not under `/api/`; `undefined` where there is nothing. */
  readonly door: (request: HttpRequest) => Promise<HttpResponse | undefined>;
  readonly clock: Clock;
  /** Gets a line when a request failed through no fault of its own. */
  readonly report: (line: string) => void;
}

export interface RunningServer {
  /** `http://127.0.0.1:8787` */
  readonly url: string;
  /** Answers what is in flight, then frees the port. */
  close(): Promise<void>;
}

/** A Beat sends up to 1,600 documents at once; Elasticsearch's own limit is 100 MB. */
const bodyBytesMax = 100_000_000;
const requestTimeoutMs = 60_000;
const headersTimeoutMs = 10_000;

/**
 * Serves `/api/*` through the api function, in API Gateway's own shape, and the bulk door beside it.
 * @throws {UsageError} if the address is not loopback and nobody said so, or is taken
 */
export async function serve(options: ServerOptions): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1';
  if (!isLoopback(host) && options.beyondLoopback !== true) {
    throw new UsageError(
      `host ${host} would let other machines in, without any log-in; use 127.0.0.1, or say so on purpose`,
    );
  }
  const server = createServer((request, response) => {
    answer(request, options).then(
      (answered) => send(response, answered),
      (error: unknown) => send(response, toFailure(error, options.report)),
    );
  });
  server.requestTimeout = requestTimeoutMs;
  server.headersTimeout = headersTimeoutMs;
  await listen(server, host, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
}

async function answer(incoming: IncomingMessage, options: ServerOptions): Promise<HttpResponse> {
  checkOrigin(incoming);
  const url = new URL(incoming.url ?? '/', 'http://offbeat');
  const request: HttpRequest = {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: plainHeaders(incoming),
    body: await readBody(incoming, bodyBytesMax),
  };
  if (request.path.startsWith('/api/')) {
    const context = lambdaContext('api', requestTimeoutMs, options.clock);
    return fromApiGateway(await options.api(toApiGateway(request), context));
  }
  const answered = await options.door(request);
  if (answered === undefined) throw new HttpError(404, `nothing at ${shownText(request.path)}; the API is under /api/`);
  return answered;
}

/**
 * A page of another site must reach nothing here: not through a name that it lets point at us (DNS rebinding), so
 * Host is an address or a name of this machine; and not by posting across origins, so Origin is our own if it is sent.
 * @throws {HttpError} 403
 */
function checkOrigin({ headers }: IncomingMessage): void {
  const host = (headers.host ?? '').toLowerCase();
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  if (isIP(name) === 0 && name !== 'localhost' && name !== hostname().toLowerCase()) {
    throw new HttpError(403, `host ${shown(host)} is not this machine; use an address or localhost`);
  }
  if (headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${host}`) {
    throw new HttpError(403, `origin ${shown(headers.origin)} is another site`);
  }
}

function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

function toFailure(error: unknown, report: (line: string) => void): HttpResponse {
  if (error instanceof HttpError) return failure(error.status, error.message);
  const message = error instanceof Error ? error.message : String(error);
  report(`warning: a request failed: ${message}`);
  const retriable = error instanceof PipelineError && error.retriable;
  return failure(retriable ? 503 : 500, retriable ? message : 'failed; the log says why');
}

function failure(status: number, error: string): HttpResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: printableJson({ error, status }) };
}

/** The connection ends where the request was not read to its end: the rest of it must not be taken for a next one. */
function send(response: ServerResponse, { status, headers, body }: HttpResponse): void {
  const ends = response.req.complete ? {} : { connection: 'close' };
  const length = String(Buffer.byteLength(body));
  const isHead = response.req.method === 'HEAD';
  const fixed = { 'x-content-type-options': 'nosniff', ...ends };
  response.writeHead(status, { ...headers, ...(isHead ? {} : { 'content-length': length }), ...fixed }).end(body);
}

/** Whether an address to listen on is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || (ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback');
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const remedy = taken ? 'is taken; choose another with --port' : `cannot be used (${error.message})`;
      reject(new UsageError(`port ${port} on ${host} ${remedy}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}
