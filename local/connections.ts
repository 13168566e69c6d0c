import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long a connection may wait for its client before another may have its place: a request is there by then. */
const graceMs = 250;

interface Connection {
  readonly openedMs: number;
  /** The request that is on it. */
  request?: IncomingMessage | undefined;
}

/**
 * Bounds the connections of a server. Beyond `max`, a new one takes the place of the oldest that waits for its client: that
 * is idle, or whose request has not arrived whole. So clients that send slowly, however many, keep nobody out. Where there
 * is none, the new one is closed.
 * @returns closes all that wait for their client
 */
export function boundConnections(server: Server, max: number): () => void {
  const open = new Map<Socket, Connection>();

  server.on('connection', (socket: Socket) => {
    if (open.size >= max) {
      const place = oldestWaiting(open, performance.now() - graceMs) ?? socket;
      place.destroy();
      open.delete(place);
      if (place === socket) return;
    }
    open.set(socket, { openedMs: performance.now() });
    socket.once('close', () => open.delete(socket));
  });

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = open.get(request.socket);
    if (connection === undefined) return;
    connection.request = request;
    response.once('close', () => {
      if (connection.request === request) connection.request = undefined;
    });
  });

  return () => {
    for (const [socket, connection] of open) if (isWaiting(connection)) socket.destroy();
  };
}

function oldestWaiting(open: ReadonlyMap<Socket, Connection>, openedBeforeMs: number): Socket | undefined {
  // In the order in which they were opened.
  for (const [socket, connection] of open) {
    if (connection.openedMs > openedBeforeMs) return undefined;
    if (isWaiting(connection)) return socket;
  }
  return undefined;
}

const isWaiting = ({ request }: Connection): boolean => request?.complete !== true;
