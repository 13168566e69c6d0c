import { attemptOf, type Tried } from '../../functions/notify/attempts.ts';
import type { Attempt } from '../../functions/shared/domain/attempt.ts';
import type { AttemptQueue } from '../../functions/shared/ports/attempt-queue.ts';
import { alertOf, startMs } from './alerts.ts';

/** Returns a first attempt that took half a second and succeeded, changed by `parts`. */
export function tried(parts: Partial<Tried> = {}): Tried {
  return {
    alert: alertOf(),
    deliveryId: 'delivery-1',
    receiver: 'pager',
    startedAtMs: startMs,
    endedAtMs: startMs + 500,
    outcome: 'delivered',
    ...parts,
  };
}

export const attempt = (parts: Partial<Tried> = {}): Attempt => attemptOf(tried(parts));

/** The smallest queue of attempts. */
export class MemoryAttempts implements AttemptQueue {
  readonly sent: Attempt[] = [];

  async send(one: Attempt): Promise<number> {
    this.sent.push(one);
    return 0;
  }
}
