import { HttpError, retryLater, tooBusy } from './http.ts';

export interface GateOptions {
  /** The number of requests that are answered at the same time. */
  readonly atOnce: number;
  /** The number of requests that may wait. */
  readonly waitingMax: number;
  /** The longest time that a request waits, ms. */
  readonly waitMsMax: number;
}

interface Waiting {
  readonly enter: () => void;
  readonly signal: AbortSignal;
}

/** Answers a few expensive requests of one kind at the same time, lets some wait in their order for some time, and refuses the others. */
export class Gate {
  readonly #options: GateOptions;
  #inside = 0;
  #waiting: Waiting[] = [];

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * Runs a request once fewer than `atOnce` others run.
   * @param signal aborts when the client has left: a request that has not begun by then is not run
   * @throws {HttpError} 429 if too many requests wait already, 503 if its turn does not come in time
   */
  async run<T>(request: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#enter(signal);
    try {
      signal.throwIfAborted();
      return await request();
    } finally {
      this.#leave();
    }
  }

  #enter(signal: AbortSignal): Promise<void> | undefined {
    const { atOnce, waitingMax } = this.#options;
    if (this.#inside < atOnce) {
      this.#inside += 1;
      return undefined;
    }
    this.#waiting = this.#waiting.filter((waiting) => !waiting.signal.aborted);
    if (this.#waiting.length >= waitingMax) {
      throw tooBusy(`${this.#inside} requests of this kind are being answered and ${waitingMax} wait; try again later`);
    }
    return this.#wait(signal);
  }

  /** Waits for the turn of a request. */
  #wait(signal: AbortSignal): Promise<void> {
    const { waitMsMax } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = {
      signal,
      enter: () => {
        clearTimeout(late);
        resolve();
      },
    };
    const late = setTimeout(() => {
      this.#waiting = this.#waiting.filter((each) => each !== waiting);
      reject(
        new HttpError(
          503,
          `no turn within ${waitMsMax / 1_000} s, because other requests are answered; try again later`,
          retryLater,
        ),
      );
    }, waitMsMax);
    this.#waiting.push(waiting);
    return promise;
  }

  /** Lets the next request begin, if one waits. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#inside -= 1;
    else next.enter();
  }
}
