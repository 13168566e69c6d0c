import type { Attempt } from '../domain/attempt.ts';

/** The queue that carries notify's attempts to persist. It is a record of deliveries: no delivery depends on it. */
export interface AttemptQueue {
  /**
   * Sends one attempt.
   * @returns how many older attempts were dropped to keep the queue within its bounds
   * @throws {UnavailableError} where a later try may succeed
   */
  send(attempt: Attempt): Promise<number>;
}

/** How many messages a queue holds. */
export interface QueueDepth {
  /** Messages that are not settled: visible, in flight, and those that wait for a later try. */
  readonly waiting: number;
  /** Messages that were put aside. */
  readonly deadLetters: number;
}

/** Reads how many messages a queue holds, without receiving any. */
export interface QueueGauge {
  /** @throws {UnavailableError} where a later try may succeed */
  depth(): Promise<QueueDepth>;
}
