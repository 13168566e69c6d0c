import { ApiProblem } from '../api/client.ts';
import { refreshAll } from '../api/live.ts';
import { keepAsked } from './asked.ts';
import { isPassing, newId, sendCommand } from './command.ts';

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
 * It ends with what is left as failed once the person may not act, or the server did not take one alert in all its tries.
 * @param report gets the number of those that were tried, after each
 * @param pauseMs the pause before a command is sent again, ms
 */
export async function acknowledgeAll(
  alerts: readonly Target[],
  report: (tried: number) => void,
  pauseMs = busyPauseMs,
): Promise<Outcome> {
  const left = [...alerts];
  const done: string[] = [];
  let failed = 0;
  let reason: string | undefined;
  const work = async (): Promise<void> => {
    for (let alert = left.shift(); alert !== undefined; alert = left.shift()) {
      const { id: alertId, cluster } = alert;
      try {
        await sendCommand({ id: newId(), action: 'ack', cluster, alertId }, { max: triesMax, pauseMs });
        done.push(alertId);
      } catch (error) {
        failed += 1;
        reason ??= (error as Error).message;
        if (endsAll(error)) failed += left.splice(0).length;
      }
      report(done.length + failed);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  keepAsked(done, 'ack');
  refreshAll();
  return { done: done.length, failed, ...(reason !== undefined && { reason }) };
}

/** Returns whether the failure of one command is that of all that follow. */
const endsAll = (error: unknown): boolean =>
  isPassing(error) || (error instanceof ApiProblem && (error.status === 401 || error.status === 403));

/** Returns what was done, in words. */
export function outcomeText({ done, failed, reason }: Outcome): string {
  const all = done + failed;
  if (failed === 0) return `Acknowledged ${alertsText(done)}`;
  const rest = `${failed.toLocaleString('en')} ${failed === 1 ? 'was' : 'were'} not: ${reason}`;
  return `Acknowledged ${done.toLocaleString('en')} of ${alertsText(all)}; ${rest}`;
}

const alertsText = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'alert' : 'alerts'}`;
