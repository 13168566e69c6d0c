import { createServer } from 'node:net';

/** A port nobody listens on, of `from` to `to` where a server takes no other. */
export async function freePort(from = 0, to = 0): Promise<number> {
  for (let port = from; port <= to; port += 1) {
    const free = await tryPort(port);
    if (free !== undefined) return free;
  }
  throw new Error(`no free port from ${from} to ${to}`);
}

async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  server.once('error', () => resolve(undefined));
  server.listen(port, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
  });
  return promise;
}

/** What an HTTP server answers, or `undefined` if it does not: who waits for it asks again. */
export async function answerOf(url: string, timeoutMs: number): Promise<Response | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    await response.arrayBuffer();
    return response;
  } catch {
    return undefined;
  }
}
