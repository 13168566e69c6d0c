import { createServer } from 'node:net';

/** A port nobody listens on, of `from` to `to` where a server takes no other; a random one, because another run looks too. */
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

/** What an HTTP server answers, or `undefined` if it does not: who waits for it asks again. */
export async function answerOf(url: string, timeoutMs: number): Promise<{ ok: boolean; body: string } | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    return { ok: response.ok, body: await response.text() };
  } catch {
    return undefined;
  }
}
