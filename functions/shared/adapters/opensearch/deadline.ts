import { setTimeout } from 'node:timers/promises';
import { UnavailableError } from '../../domain/errors.ts';
import { backoffMs } from '../../time/backoff.ts';

/** Limits of the attempts of one call. */
export interface RetryLimits {
  /** The most time for a whole call, with its waits. The time-out of the function must be longer. */
  readonly deadlineMs: number;
  readonly requestTimeoutMs: number;
  readonly firstWaitMs: number;
  readonly waitMsMax: number;
}

export const retryLimits: RetryLimits = {
  deadlineMs: 30_000,
  requestTimeoutMs: 15_000,
  firstWaitMs: 100,
  waitMsMax: 5_000,
};

/** The clock, the random numbers and the waits of a call, which tests replace. */
export interface Timing {
  /** Returns milliseconds that only grow. */
  now(): number;
  /** Returns a number in [0, 1). */
  random(): number;
  wait(ms: number): Promise<void>;
}

export const realTiming: Timing = {
  now: () => performance.now(),
  random: Math.random,
  wait: (ms) => setTimeout(ms),
};

/** The time limit of one call, and the waits between its attempts. */
export class Deadline {
  readonly #limits: RetryLimits;
  readonly #timing: Timing;
  readonly #endMs: number;

  constructor(limits: RetryLimits, timing: Timing) {
    this.#limits = limits;
    this.#timing = timing;
    this.#endMs = timing.now() + limits.deadlineMs;
  }

  /** Returns the options of one request: it ends at the deadline at the latest, and the client does not repeat it. */
  requestOptions() {
    const leftMs = Math.max(1, this.#endMs - this.#timing.now());
    return { maxRetries: 0, requestTimeout: Math.min(this.#limits.requestTimeoutMs, leftMs) };
  }

  /**
   * Waits before the next attempt: a random time up to a limit that doubles with every attempt.
   * @param attempts the number of attempts so far, from 1
   * @param reason   the text of the last failure
   * @throws {UnavailableError} with the reason, if the next attempt would begin after the deadline
   */
  async backOff(attempts: number, reason: string): Promise<void> {
    const { firstWaitMs, waitMsMax } = this.#limits;
    const waitMs = backoffMs(attempts, this.#timing.random(), { firstMs: firstWaitMs, maxMs: waitMsMax, jitter: 1 });
    if (this.#timing.now() + waitMs >= this.#endMs) throw new UnavailableError(reason);
    await this.#timing.wait(waitMs);
  }
}
