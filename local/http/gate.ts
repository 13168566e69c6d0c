import { tooBusy } from './http.ts';

export interface GateOptions {
  /** Requests that are answered at once. */
  readonly atOnce: number;
  /** Requests that may wait. */
  readonly waitingMax: number;
}

interface Waiting {
  readonly enter: () => void;
  readonly signal: AbortSignal;
}

/** Lets a few expensive requests of one kind in at once, lets a few wait in their order, and turns the others away. */
export class Gate {
  readonly #options: GateOptions;
  #inside = 0;
  #waiting: Waiting[] = [];

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * Runs a request when its turn comes.
   * @param signal aborts when nobody waits for the answer any more: a request that has not begun is left out
   * @throws {HttpError} 429 where too many wait already
   */
  async run<T>(question: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#enter(signal);
    try {
      signal.throwIfAborted();
      return await question();
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
      throw tooBusy(`${this.#inside} requests of this kind are being answered and ${waitingMax} wait; ask again later`);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ enter: resolve, signal });
    return promise;
  }

  /** Makes room for the next one, which takes the place over. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#inside -= 1;
    else next.enter();
  }
}
