import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { slowAfterMs } from './byte-budget.ts';

/** Milliseconds that a connection without a request is kept when others need its place: time enough to send a head. */
const graceMs = 250;
/** The most requests that a client may send on one connection before the first of them is answered. */
export const pipelinedMax = 8;

interface Connection {
  /** The requests whose head has arrived and that are not answered. */
  readonly requests: Set<IncomingMessage>;
  /** Indicates whether the head of a request has arrived so far. */
  hasAsked: boolean;
  /** The time at which its client last opened it, ended a head, sent a part of a body, or read an answer. */
  progressMs: number;
  bytesRead: number;
}

/**
 * Limits the connections of a server, and the requests on each of them. Beyond `max`, a new connection replaces one that
 * waits for its client, so that clients that send slowly, however many, do not keep others out. It replaces, in this order:
 *
 * 1. a connection that has not sent the head of its first request,
 * 2. an idle connection,
 * 3. a connection whose body has made no progress for 5 s.
 *
 * The one of a kind that has waited longest is replaced first. The new one is closed if no connection waits.
 * @returns a function that closes all connections that wait for their client
 */
export function boundConnections(server: Server, max: number): () => void {
  const open = new Map<Socket, Connection>();

  server.on('connection', (socket: Socket) => {
    const nowMs = performance.now();
    if (open.size >= max) {
      const place = longestWaiting(open, nowMs) ?? socket;
      place.destroy();
      open.delete(place);
      if (place === socket) return;
    }
    open.set(socket, { requests: new Set(), hasAsked: false, progressMs: nowMs, bytesRead: 0 });
    socket.once('close', () => open.delete(socket));
  });

  const note = (request: IncomingMessage, response: ServerResponse): void => {
    const connection = open.get(request.socket);
    if (connection === undefined) return;
    connection.requests.add(request);
    connection.hasAsked = true;
    connection.progressMs = performance.now();
    if (connection.requests.size > pipelinedMax) request.socket.destroy();
    response.once('close', () => {
      connection.requests.delete(request);
      connection.progressMs = performance.now();
    });
  };
  server.on('request', note);
  server.on('checkContinue', note);

  return () => {
    for (const [socket, connection] of open) if (isWaiting(connection)) socket.destroy();
  };
}

/** Returns the connection that has waited longest for its client, of the least useful kind. */
function longestWaiting(open: ReadonlyMap<Socket, Connection>, nowMs: number): Socket | undefined {
  let found: { readonly socket: Socket; readonly kind: number; readonly progressMs: number } | undefined;
  for (const [socket, connection] of open) {
    if (!isWaiting(connection)) continue;
    const kind = kindOf(connection);
    if (kind === bodyOfRequest) noteBody(connection, socket, nowMs);
    const { progressMs } = connection;
    if (nowMs - progressMs < (kind === bodyOfRequest ? slowAfterMs : graceMs)) continue;
    const isBetter = found === undefined || kind < found.kind || (kind === found.kind && progressMs < found.progressMs);
    if (isBetter) found = { socket, kind, progressMs };
  }
  return found?.socket;
}

const isWaiting = ({ requests }: Connection): boolean => ![...requests].some(({ complete }) => complete);

/** Kinds of waiting connections, the least useful first. */
const headOfFirst = 0;
const idle = 1;
const bodyOfRequest = 2;

function kindOf({ hasAsked, requests }: Connection): number {
  if (!hasAsked) return headOfFirst;
  return requests.size === 0 ? idle : bodyOfRequest;
}

/** Notes progress if more of a body has arrived since the last call. The bytes of a head are no progress. */
function noteBody(connection: Connection, { bytesRead }: Socket, nowMs: number): void {
  if (bytesRead === connection.bytesRead) return;
  connection.bytesRead = bytesRead;
  connection.progressMs = nowMs;
}
