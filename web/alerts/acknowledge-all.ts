import type { Accepted } from '../api/alert-types.ts';
import { ApiProblem, postJson } from '../api/client.ts';
import { refreshAll } from '../api/live.ts';
import { asked, newId } from './send.ts';

/** An alert that is to be acknowledged. */
interface Target {
  readonly id: string;
  readonly cluster: string;
}

/** The number of commands that are sent at once, as many as the server answers at once. */
const atOnce = 2;
/** The number of times that a command is sent that the server is too busy for, and the pause before the next time, ms. */
const triesMax = 10;
const busyPauseMs = 1_000;

/** The result of many commands. */
export interface Outcome {
  readonly done: number;
  readonly failed: number;
  /** The reason why the first one failed; absent if none did. */
  readonly reason?: string;
}

/**
 * Acknowledges many alerts, a few at a time: a server that is too busy is asked again, because a storm must not end at its limits.
 * @param report gets the number of those that were tried, after each
 * @param pauseMs the pause before a command is sent again, ms
 */
export async function acknowledgeAll(
  alerts: readonly Target[],
  report: (tried: number) => void,
  pauseMs = busyPauseMs,
): Promise<Outcome> {
  const left = [...alerts];
  const sent = new Map<string, { readonly action: string; readonly atMs: number }>();
  const reasons: string[] = [];
  const work = async (): Promise<void> => {
    for (let alert = left.shift(); alert !== undefined; alert = left.shift()) {
      const reason = await sendOne(alert, pauseMs);
      if (reason === undefined) sent.set(alert.id, { action: 'ack', atMs: Date.now() });
      else reasons.push(reason);
      report(sent.size + reasons.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  asked.value = new Map([...asked.value, ...sent]);
  refreshAll();
  return { done: sent.size, failed: reasons.length, ...(reasons[0] !== undefined && { reason: reasons[0] }) };
}

/** Sends one command. Its id stays the same, so that it counts once however often it is sent. @returns why it failed */
async function sendOne({ id: alertId, cluster }: Target, pauseMs: number): Promise<string | undefined> {
  const command = { id: newId(), action: 'ack', cluster, alertId };
  for (let tries = 1; ; tries += 1) {
    try {
      await postJson<Accepted>('/api/commands', command);
      return undefined;
    } catch (error) {
      const isBusy = error instanceof ApiProblem && [0, 429, 503].includes(error.status);
      if (!isBusy || tries === triesMax) return (error as Error).message;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** Returns what was done, in words. */
export function outcomeText({ done, failed, reason }: Outcome): string {
  const all = done + failed;
  if (failed === 0) return `Acknowledged ${alertsText(done)}`;
  const rest = `${failed.toLocaleString('en')} ${failed === 1 ? 'was' : 'were'} not: ${reason}`;
  return `Acknowledged ${done.toLocaleString('en')} of ${alertsText(all)}; ${rest}`;
}

const alertsText = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'alert' : 'alerts'}`;
