/** Waits; rejects when the signal aborts. */
export type Sleep = (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;

/** The pause of a loop. It can be ended; before it is taken too, so that what happens until then is not slept over. */
export class Pause {
  readonly #sleep: Sleep;
  #ended = new AbortController();

  constructor(sleep: Sleep) {
    this.#sleep = sleep;
  }

  /** What the pause was ended for so far is looked at now. */
  reset(): void {
    if (this.#ended.signal.aborted) this.#ended = new AbortController();
  }

  end(): void {
    this.#ended.abort();
  }

  /** Resolves after `ms`, or as soon as it is ended. */
  async take(ms: number): Promise<void> {
    const { signal } = this.#ended;
    if (!signal.aborted) await this.#sleep(ms, signal).catch(ignoreAbort);
  }
}

/** Being woken up is what a signal is for. */
export function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}
