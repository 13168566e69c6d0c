/** The time for which one piece of work may keep the thread before the others get a turn, ms. */
const turnMs = 10;

/**
 * Shares one thread among long pieces of work. Each piece works for 10 ms at a time, and between two turns the process
 * answers new requests, so that a short request waits for one turn and not for all of them.
 * @example
 * for (const row of rows) {
 *   if (turns.isOver) await turns.next();
 *   write(row);
 * }
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #beganMs = 0;

  /** Becomes true when the current turn has lasted for 10 ms. */
  get isOver(): boolean {
    return performance.now() - this.#beganMs >= turnMs;
  }

  /** Waits until this piece of work gets its next turn. */
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
