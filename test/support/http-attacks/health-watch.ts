import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between two requests, so that the watch itself is no load. */
const pauseMs = 20;

export interface Watched {
  readonly answers: number;
  /** The longest time that one answer took, ms. */
  readonly slowestMs: number;
}

/** Requests the health of a process continuously while a test acts on the process. */
export async function watchHealth<T>(url: string, work: () => Promise<T>): Promise<Watched & { readonly result: T }> {
  const done = new AbortController();
  const watching = watch(`${url}/api/health`, done.signal);
  try {
    const result = await work();
    done.abort();
    return { ...(await watching), result };
  } finally {
    done.abort();
  }
}

async function watch(url: string, done: AbortSignal): Promise<Watched> {
  let [answers, slowestMs] = [0, 0];
  do {
    const beganMs = performance.now();
    const status = await statusOf(url);
    if (status !== 200) throw new Error(`${url} answers ${status}`);
    slowestMs = Math.max(slowestMs, performance.now() - beganMs);
    answers += 1;
    await delay(pauseMs);
  } while (!done.aborted);
  return { answers, slowestMs };
}

/**
 * Sends each request over a connection of its own, as a new operator would; where the connection is closed, over
 * another one.
 */
async function statusOf(url: string): Promise<number> {
  for (;;) {
    try {
      const response = await fetch(url, { headers: { connection: 'close' } });
      await response.arrayBuffer();
      return response.status;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await delay(pauseMs);
    }
  }
}
