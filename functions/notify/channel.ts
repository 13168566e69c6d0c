import type { Alert } from '../shared/domain/alert.ts';
import type { Outcome } from './outcome.ts';

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
  /** What throws counts as a failed try. */
  send(delivery: Delivery): Promise<Outcome>;
}
