import { secondMs } from '../../functions/shared/domain/durations.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';

export interface StoreLinesOptions {
  /** Gets one line, without a time. */
  readonly print: (line: string) => void;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/**
 * Milliseconds without a failure after which the store counts as working. On a full disk, a small write may succeed between
 * two that fail.
 */
const quietMs = 5 * secondMs;
/** The beginning of the store's own errors, and their reason. A log line ends with its details in brackets. */
const failure = /the store failed: (.*?)(?: \([^()]*\))?$/;

/**
 * Prints lines about a store that fails, such as on a full disk: a line when it begins to fail, a line when it works
 * again, and none for the requests and batches that fail in between.
 */
export class StoreLines {
  readonly #options: StoreLinesOptions;
  #lastFailureMs: number | undefined;

  constructor(options: StoreLinesOptions) {
    this.#options = options;
  }

  /** Notes a line if it is about a failure of the store. @returns whether it is, so that the line itself is not printed */
  covers(line: string): boolean {
    const why = failure.exec(line)?.[1];
    if (why === undefined) return false;
    const isFirst = this.#lastFailureMs === undefined;
    this.#lastFailureMs = this.#options.clock.nowMs();
    if (isFirst)
      this.#options.print(`error: the store failed: ${why}; until it works again, what cannot be stored is refused`);
    return true;
  }

  /** Notes that the run wrote something. */
  noteWork(): void {
    if (this.#lastFailureMs === undefined || this.#options.clock.nowMs() - this.#lastFailureMs < quietMs) return;
    this.#lastFailureMs = undefined;
    this.#options.print('the store works again, and the run continues');
  }
}
