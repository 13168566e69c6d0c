import { createServer } from 'node:net';

/**
 * Returns a port on which nothing listens, from `from` to `to` where a server accepts no other. It is a random one,
 * because another run may look too.
 */
export async function freePort(from = 0, to = 0): Promise<number> {
  const count = to - from + 1;
  const first = Math.floor(Math.random() * count);
  for (let nth = 0; nth < count; nth += 1) {
    const free = await tryPort(from + ((first + nth) % count));
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

/** Returns the answer of an HTTP server, or `undefined` if it does not answer, so that the caller asks again. */
export async function answerOf(url: string, timeoutMs: number): Promise<{ ok: boolean; body: string } | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    return { ok: response.ok, body: await response.text() };
  } catch {
    return undefined;
  }
}
