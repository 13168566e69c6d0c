/** Waits. Rejects when the signal aborts. */
export type Sleep = (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;

/**
 * The pause of a loop, which an event can end early. An event that comes before the pause began, after the last `reset`,
 * ends it too, so that the loop does not sleep after an event that it has not looked at.
 */
export class Pause {
  readonly #sleep: Sleep;
  #ended = new AbortController();

  constructor(sleep: Sleep) {
    this.#sleep = sleep;
  }

  /** Forgets earlier calls of `end`. A loop calls this just before it looks at what the events were about. */
  reset(): void {
    if (this.#ended.signal.aborted) this.#ended = new AbortController();
  }

  end(): void {
    this.#ended.abort();
  }

  /** Resolves after `ms`, or as soon as the pause is ended. */
  async wait(ms: number): Promise<void> {
    const { signal } = this.#ended;
    if (!signal.aborted) await this.#sleep(ms, signal).catch(ignoreAbort);
  }
}

/** Drops the error of a sleep that its signal ended; throws every other error. */
export function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}
