import type { Alert } from '../shared/domain/alert.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { rejectionOf } from '../shared/log/dead-letter.ts';
import type { AttemptOutcome } from './outcome.ts';

/** One transition on its way to one receiver. */
export interface Delivery {
  readonly alert: Alert;
  /** The same on every try. */
  readonly id: string;
  readonly signal: AbortSignal;
}

/** How one receiver is reached. */
export interface Channel {
  /** Longest a send may take; one begins only if this much time is left. */
  readonly timeoutMs: number;
  /** What throws counts as a failed try, but for what {@link compose} throws. */
  send(delivery: Delivery): Promise<AttemptOutcome>;
}

/**
 * Makes what a receiver gets. A text that cannot be made today cannot be made tomorrow either: the receiver is given up
 * at once, instead of after days.
 * @param make without I/O
 * @throws {RefusedRecordError} `step failed`
 */
export function compose(make: () => string): string {
  try {
    return make();
  } catch (error) {
    const { reason, detail } = rejectionOf(error);
    throw new RefusedRecordError(reason, detail, { cause: error });
  }
}
