import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Bounds the connections of a server. Beyond `max`, a new one takes the place of the oldest that waits for its client: that
 * is idle, or whose request has not arrived whole. So clients that send slowly, however many, keep nobody out. While every
 * connection waits for its answer, the new one is closed.
 * @returns closes all that wait for their client
 */
export function boundConnections(server: Server, max: number): () => void {
  /** Of each connection the request that is on it. */
  const open = new Map<Socket, IncomingMessage | undefined>();
  const waiting = () => [...open].filter(([, request]) => request?.complete !== true).map(([socket]) => socket);

  server.on('connection', (socket: Socket) => {
    if (open.size >= max) {
      const oldest = waiting()[0] ?? socket;
      oldest.destroy();
      open.delete(oldest);
      if (oldest === socket) return;
    }
    open.set(socket, undefined);
    socket.once('close', () => open.delete(socket));
  });

  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    if (!open.has(socket)) return;
    open.set(socket, response.req);
    response.once('close', () => {
      if (open.get(socket) === response.req) open.set(socket, undefined);
    });
  });

  return () => {
    for (const socket of waiting()) socket.destroy();
  };
}
