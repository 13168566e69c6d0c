/** The time for which one piece of work may keep the only thread before all others get a turn. */
const turnMs = 10;

/**
 * Shares one thread among long pieces of work: each goes on for 10 ms at a time, and between two turns the process
 * answers what has come in, so that a short request waits for one turn and not for all of them.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #beganMs = 0;

  get isOver(): boolean {
    return performance.now() - this.#beganMs >= turnMs;
  }

  /** Resolves when the next turn begins. */
  next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#waiting.push(resolve) === 1) setImmediate(() => this.#begin());
    return promise;
  }

  #begin(): void {
    this.#beganMs = performance.now();
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(() => this.#begin());
  }
}

/** The turns of this process. */
export const turns = new Turns();
