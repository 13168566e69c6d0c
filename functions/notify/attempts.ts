import { setTimeout as delay } from 'node:timers/promises';
import type { Alert } from '../shared/domain/alert.ts';
import { type Attempt, type AttemptOutcome, attemptVersion } from '../shared/domain/attempt.ts';
import { messageOf } from '../shared/domain/message-of.ts';
import type { Ports } from '../shared/ports/index.ts';

/** The longest wait at the end of an invocation for attempts that are not sent yet. */
const settleMsMax = 2_000;
/** The time that the invocation itself needs after that wait. */
const marginMs = 1_000;

/** The facts about one attempt. */
export interface Tried {
  readonly alert: Alert;
  readonly deliveryId: string;
  readonly receiver: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly outcome: AttemptOutcome;
  /** The reason why it was not delivered, from a closed list. */
  readonly reason?: string;
  /** The HTTP status of the answer. */
  readonly status?: number;
  readonly failingSinceMs?: number;
  readonly nextTryMs?: number;
}

/** The facts about an attempt so far. It is not reported while it has no outcome. */
export type Draft = { -readonly [Name in keyof Omit<Tried, 'alert' | 'deliveryId' | 'receiver'>]?: Tried[Name] };

/** Returns the record of an attempt. The status is all that it contains of the request and the answer. */
export function attemptOf({ alert, startedAtMs, endedAtMs, ...tried }: Tried): Attempt {
  return {
    schema: attemptVersion,
    ...tried,
    alertId: alert.id,
    revision: alert.revision,
    transition: alert.transition,
    severity: alert.severity,
    entity: alert.entity,
    scope: alert.scope,
    startedAtMs,
    durationMs: Math.max(0, Math.round(endedAtMs - startedAtMs)),
  };
}

/** The sender of the attempts of one invocation. */
export interface AttemptReports {
  /** Sends an attempt in the background. It never throws: a failure is counted and logged. */
  report(tried: Tried): void;
  /**
   * Resolves once all attempts are sent, or after two seconds.
   * @param remainingMs the time that is left to the invocation: waiting for attempts must not run into its time-out
   */
  settled(remainingMs: number): Promise<void>;
}

/** Returns a sender to the queue of attempts. No delivery waits for it, and none fails because of it. */
export function attemptReports({ attempts, telemetry }: Pick<Ports, 'attempts' | 'telemetry'>): AttemptReports {
  const sending = new Set<Promise<void>>();

  async function send(attempt: Attempt): Promise<void> {
    try {
      const dropped = await attempts.send(attempt);
      if (dropped === 0) return;
      telemetry.count('attempts_lost', dropped, { reason: 'dropped' });
      telemetry.warn('older attempts were dropped: persist does not write them to the warehouse', { dropped });
    } catch (error) {
      const message = messageOf(error);
      const { receiver, alertId } = attempt;
      telemetry.count('attempts_lost', 1, { reason: 'not sent' });
      telemetry.warn('an attempt is not recorded: its queue did not accept it', { receiver, alertId, message });
    }
  }

  return {
    report(tried) {
      const sent = send(attemptOf(tried)).finally(() => sending.delete(sent));
      sending.add(sent);
    },
    async settled(remainingMs) {
      if (sending.size === 0) return;
      const waitMs = Math.max(0, Math.min(settleMsMax, remainingMs - marginMs));
      const given = new AbortController();
      const timeout = delay(waitMs, 'late', { signal: given.signal }).catch(() => 'done');
      const all = Promise.all(sending).then(() => 'done');
      if ((await Promise.race([all, timeout])) === 'late') {
        telemetry.count('attempts_lost', sending.size, { reason: 'late' });
        telemetry.warn('attempts may not be recorded: their queue does not answer', { attempts: sending.size });
      }
      given.abort();
    },
  };
}
