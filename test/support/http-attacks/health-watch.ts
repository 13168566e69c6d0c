import { setTimeout as delay } from 'node:timers/promises';
import { mainThreadMs } from '../cpu-time.ts';

/** Milliseconds between two requests, so that the watch itself is no load. */
const pauseMs = 20;

export interface Watched {
  readonly answers: number;
  /** The longest time that one answer took, ms: to be read, since a busy machine takes longer. */
  readonly slowestMs: number;
  /** The most computation that one answer waited for, and took, ms of CPU time of the process's main thread. */
  readonly mostWorkMs: number;
}

/** A process as `OffbeatProcess` shows it. */
export interface Process {
  readonly url: string;
  readonly pid: number;
}

/** Requests the health of a process continuously while a test acts on the process. */
export async function watchHealth<T>(
  process: Process,
  work: () => Promise<T>,
): Promise<Watched & { readonly result: T }> {
  const done = new AbortController();
  const watching = watch(process, done.signal);
  try {
    const result = await work();
    done.abort();
    return { ...(await watching), result };
  } finally {
    done.abort();
  }
}

async function watch(process: Process, done: AbortSignal): Promise<Watched> {
  let [answers, slowestMs, mostWorkMs] = [0, 0, 0];
  do {
    const { waitedMs, workMs } = await askHealth(process);
    slowestMs = Math.max(slowestMs, waitedMs);
    mostWorkMs = Math.max(mostWorkMs, workMs);
    answers += 1;
    await delay(pauseMs);
  } while (!done.aborted);
  return { answers, slowestMs, mostWorkMs };
}

/** Requests the health of a process once. Throws unless the answer has status 200. */
export async function askHealth({ url, pid }: Process): Promise<{ waitedMs: number; workMs: number }> {
  const [beganMs, beganWorkMs] = [performance.now(), mainThreadMs(pid)];
  const status = await statusOf(`${url}/api/health`);
  if (status !== 200) throw new Error(`${url}/api/health answers ${status}`);
  return { waitedMs: performance.now() - beganMs, workMs: mainThreadMs(pid) - beganWorkMs };
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
