import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../functions/shared/domain/message-of.ts';

/**
 * Runs tasks at the same time; each ends when its signal aborts. The first task that fails aborts the others.
 * @param begin starts the tasks, which get a signal that aborts with `signal` or with the first failure
 * @returns once every task has ended
 * @throws the error of the first task in the list that failed
 */
export async function runTogether(
  signal: AbortSignal,
  begin: (stop: AbortSignal) => readonly Promise<void>[],
): Promise<void> {
  const failed = new AbortController();
  const tasks = begin(AbortSignal.any([signal, failed.signal]));
  for (const task of tasks) task.catch(() => failed.abort());
  await Promise.allSettled(tasks);
  await Promise.all(tasks);
}

/** A piece of work that is repeated. */
export interface Chore {
  /** Milliseconds from the end of one round to the next. A function is called after each round. */
  readonly periodMs: number | (() => number);
  run(): Promise<unknown>;
  /** Milliseconds before the first round. @default 0 */
  readonly startsAfterMs?: number;
}

/** Repeats a chore until the signal aborts. Reports a round that fails, and goes on with the next. */
export async function repeat(
  { periodMs, run, startsAfterMs }: Chore,
  signal: AbortSignal,
  report: (line: string) => void,
): Promise<void> {
  if (startsAfterMs !== undefined) await untilAborted(signal, () => delay(startsAfterMs, undefined, { signal }));
  while (!signal.aborted) {
    try {
      await run();
    } catch (error) {
      report(`warning: ${messageOf(error)}`);
    }
    const waitMs = typeof periodMs === 'number' ? periodMs : periodMs();
    await untilAborted(signal, () => delay(waitMs, undefined, { signal }));
  }
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return untilAborted(signal, () => once(signal, 'abort'));
}

/**
 * Waits for work that the same signal stops. An abort is no failure: it resolves.
 * @throws every other error of the work
 */
export async function untilAborted(signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  if (signal.aborted) return;
  try {
    await work();
  } catch (error) {
    const isAbort = error === signal.reason || (error instanceof Error && error.name === 'AbortError');
    if (!signal.aborted || !isAbort) throw error;
  }
}
