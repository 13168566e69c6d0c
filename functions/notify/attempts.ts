import { setTimeout as delay } from 'node:timers/promises';
import type { Alert } from '../shared/domain/alert.ts';
import { type Attempt, type AttemptOutcome, attemptVersion } from '../shared/domain/attempt.ts';
import { messageOf } from '../shared/domain/message-of.ts';
import type { Ports } from '../shared/ports/index.ts';

/** How long an invocation waits at its end for attempts that are not sent yet, and what it needs for itself then. */
const settleMsMax = 2_000;
const marginMs = 1_000;

/** What is known of one try of one delivery. */
export interface Tried {
  readonly alert: Alert;
  readonly deliveryId: string;
  readonly receiver: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly outcome: AttemptOutcome;
  /** From a closed list. */
  readonly reason?: string;
  /** The HTTP status of the answer. */
  readonly status?: number;
  readonly failingSinceMs?: number;
  readonly nextTryMs?: number;
}

/** What is known of a try so far; nothing is recorded while it has no outcome. */
export type Draft = { -readonly [Name in keyof Omit<Tried, 'alert' | 'deliveryId' | 'receiver'>]?: Tried[Name] };

/** The attempt that a try is recorded as. Nothing of the request or of the answer is in it but the status. */
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

/** The attempts of one invocation on their way to the queue. */
export interface AttemptReports {
  /** Sends one in the background. It never throws: a failure is counted and logged. */
  report(tried: Tried): void;
  /**
   * Resolves once all are sent, or after two seconds.
   * @param remainingMs of the invocation, which must not end by its time-out for the sake of a record
   */
  settled(remainingMs: number): Promise<void>;
}

/** Reports to the queue of attempts. No delivery waits for it, and none fails because of it. */
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
      telemetry.warn('an attempt is not recorded: its queue did not take it', { receiver, alertId, message });
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
