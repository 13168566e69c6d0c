import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The ways in which a broker, or the network before it, ends a connection. */
export type Ending = 'closed' | 'reset';

/** Starts a way to a broker that ends all its connections when it is told to. */
export async function closingProxy() {
  const sockets = new Set<Socket>();
  let target = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    const upstream = connect(target, '127.0.0.1');
    socket.on('error', () => upstream.destroy());
    socket.on('close', () => {
      upstream.destroy();
      sockets.delete(socket);
    });
    upstream.on('error', () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    /** Sends connections from now on to a broker, `host:port`. */
    to: (broker: string) => {
      target = Number(broker.split(':')[1]);
    },
    endAll: (ending: Ending) => {
      for (const socket of sockets) {
        if (ending === 'closed') socket.end();
        else socket.resetAndDestroy();
      }
    },
    close: () => server.close(),
  };
}
