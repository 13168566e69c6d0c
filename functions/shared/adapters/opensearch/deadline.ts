import { setTimeout } from 'node:timers/promises';
import { UnavailableError } from '../../domain/errors.ts';
import { backoffMs } from '../../time/backoff.ts';

/** How long and how patiently it is tried. */
export interface Patience {
  /** For all of a call, waits included; the function's own time-out must be longer. */
  readonly deadlineMs: number;
  readonly requestTimeoutMs: number;
  readonly firstWaitMs: number;
  readonly waitMsMax: number;
}

export const patience: Patience = {
  deadlineMs: 30_000,
  requestTimeoutMs: 15_000,
  firstWaitMs: 100,
  waitMsMax: 5_000,
};

/** What a test replaces. */
export interface Timing {
  /** Milliseconds that only grow. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  wait(ms: number): Promise<void>;
}

export const realTiming: Timing = {
  now: () => performance.now(),
  random: Math.random,
  wait: (ms) => setTimeout(ms),
};

/** The end of one call, and the waits on the way there. */
export class Deadline {
  readonly #patience: Patience;
  readonly #timing: Timing;
  readonly #endMs: number;

  constructor(given: Patience, timing: Timing) {
    this.#patience = given;
    this.#timing = timing;
    this.#endMs = timing.now() + given.deadlineMs;
  }

  /** For one request: it ends at the deadline at the latest, and is never tried again by the client itself. */
  requestOptions() {
    const leftMs = Math.max(1, this.#endMs - this.#timing.now());
    return { maxRetries: 0, requestTimeout: Math.min(this.#patience.requestTimeoutMs, leftMs) };
  }

  /**
   * Waits before the next try: full jitter over a time that doubles with every try.
   * @param tries  so far, from 1
   * @param reason of the last failure
   * @throws {UnavailableError} with the reason, if the next try would come too late
   */
  async backOff(tries: number, reason: string): Promise<void> {
    const { firstWaitMs, waitMsMax } = this.#patience;
    const waitMs = backoffMs(tries, this.#timing.random(), { firstMs: firstWaitMs, maxMs: waitMsMax, jitter: 1 });
    if (this.#timing.now() + waitMs >= this.#endMs) throw new UnavailableError(reason);
    await this.#timing.wait(waitMs);
  }
}
