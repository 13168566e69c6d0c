import { connect, type Socket } from 'node:net';
import { afterEach } from 'vitest';

/** A connection that a test writes bytes to, and what the server sent back. */
export interface RawClient {
  readonly socket: Socket;
  received: string;
  isClosed: boolean;
}

/** Connections to a server on this machine; each is destroyed after its test. */
export class RawClients {
  readonly #sockets: Socket[] = [];

  constructor() {
    afterEach(() => {
      for (const socket of this.#sockets.splice(0)) socket.destroy();
    });
  }

  /** Opens a connection and writes to it. */
  write(port: number, bytes: string | Buffer): RawClient {
    const socket = connect(port, '127.0.0.1');
    this.#sockets.push(socket);
    const client: RawClient = { socket, received: '', isClosed: false };
    socket.on('data', (piece) => {
      client.received += piece;
    });
    socket.on('close', () => {
      client.isClosed = true;
    });
    socket.on('error', () => {});
    socket.write(bytes);
    return client;
  }
}
