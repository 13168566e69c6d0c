import type { Attempt } from '../domain/attempt.ts';

/** A queue from notify to persist, for a record of each attempt. No delivery depends on it. */
export interface AttemptQueue {
  /**
   * Sends one attempt.
   * @returns the number of older attempts that were dropped to keep the queue within its limit
   * @throws {UnavailableError} where a later try may succeed
   */
  send(attempt: Attempt): Promise<number>;
}

/** The queue of a deployment without a warehouse: it drops every attempt, because nothing would read it. */
export const noAttemptQueue: AttemptQueue = { send: async () => 0 };

/** The numbers of messages in a queue. */
export interface QueueDepth {
  /** Messages that are not settled: visible, in flight, and those that wait for a later try. */
  readonly waiting: number;
  /** Messages in the queue of dead letters. */
  readonly deadLetters: number;
}

/** Counts the messages in a queue, without receiving any. */
export interface QueueGauge {
  /** @throws {UnavailableError} where a later try may succeed */
  depth(): Promise<QueueDepth>;
}
