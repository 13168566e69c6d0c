import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Opens connections on which a request begins and never ends. */
export async function openSlowClients(url: string, count: number, begun: string): Promise<readonly Socket[]> {
  const { hostname, port } = new URL(url);
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
      socket.write(begun);
      return socket;
    }),
  );
}
