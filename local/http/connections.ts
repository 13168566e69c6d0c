import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { slowAfterMs } from './byte-budget.ts';

/** The time for which a connection without a request keeps its place from another: a head is there by then. */
const graceMs = 250;
/** Requests that a client may send on one connection before the first of them is answered. */
export const pipelinedMax = 8;

interface Connection {
  /** Requests whose head has arrived and that are not answered. */
  readonly requests: Set<IncomingMessage>;
  /** True once the head of a request has arrived. */
  hasAsked: boolean;
  /** The time at which its client last did something: opened it, ended a head, sent of a body, or took an answer. */
  progressMs: number;
  bytesRead: number;
}

/**
 * Bounds the connections of a server, and what each of them may ask at once. Beyond `max`, a new one takes the place of one
 * that waits for its client: first of those that never sent a whole head, then of idle ones, then of those whose bodies have
 * not gone on for 5 s; of each kind the one that has waited longest. So clients that send slowly, however many, keep nobody out. Where
 * no connection waits, the new one is closed.
 * @returns closes all that wait for their client
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

/** The connection whose client has let the server wait longest, of the least useful kind. */
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

/** Sees whether more of a body has arrived since the last look. A head that arrives drop by drop is no progress. */
function noteBody(connection: Connection, { bytesRead }: Socket, nowMs: number): void {
  if (bytesRead === connection.bytesRead) return;
  connection.bytesRead = bytesRead;
  connection.progressMs = nowMs;
}
