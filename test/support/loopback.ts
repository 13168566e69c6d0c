import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';

/** The real servers of one test, each on a free port of 127.0.0.1. */
export class Loopback {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  /** The number of connections that all of them accepted. */
  connections = 0;

  /** The number of connections that are open. */
  get open(): number {
    return this.#sockets.size;
  }

  /** @returns its port */
  http(onRequest: RequestListener): Promise<number> {
    return this.#listen(createHttpServer(onRequest));
  }

  /** @returns its port */
  https(options: ServerOptions, onRequest: RequestListener): Promise<number> {
    return this.#listen(createHttpsServer(options, onRequest));
  }

  /** @returns its port */
  tcp(onConnection: (socket: Socket) => void): Promise<number> {
    return this.#listen(createTcpServer((socket) => onConnection(socket.on('error', () => {}))));
  }

  /** @returns a port on which nothing listens */
  async deadPort(): Promise<number> {
    const server = createTcpServer();
    const port = await portOf(server);
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  #listen(server: Server): Promise<number> {
    this.#servers.push(server);
    server.on('connection', (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    return portOf(server);
  }
}

function portOf(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
