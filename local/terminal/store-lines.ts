import { secondMs } from '../../functions/shared/domain/durations.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';

export interface StoreLinesOptions {
  /** Gets one line, without a time. */
  readonly print: (line: string) => void;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** A small write may fit on a full disk between two that do not: the store works again once nothing failed for so long. */
const quietMs = 5 * secondMs;
/** How the store's own errors begin; a log line ends with its details in brackets. */
const failure = /the store failed: (.*?)(?: \([^()]*\))?$/;

/**
 * What a terminal says of a store that fails, such as on a full disk: a line when it begins, one when the store works
 * again, none for the requests and batches that fail in between.
 */
export class StoreLines {
  readonly #options: StoreLinesOptions;
  #lastFailureMs: number | undefined;

  constructor(options: StoreLinesOptions) {
    this.#options = options;
  }

  /** Notes what a line says of the store. @returns whether it does: then it is not to be said by itself */
  covers(line: string): boolean {
    const why = failure.exec(line)?.[1];
    if (why === undefined) return false;
    const isFirst = this.#lastFailureMs === undefined;
    this.#lastFailureMs = this.#options.clock.nowMs();
    if (isFirst) this.#options.print(`error: the store failed: ${why}; what cannot be kept is refused until then`);
    return true;
  }

  /** Notes that the run wrote something. */
  noteWork(): void {
    if (this.#lastFailureMs === undefined || this.#options.clock.nowMs() - this.#lastFailureMs < quietMs) return;
    this.#lastFailureMs = undefined;
    this.#options.print('the store works again, and the run goes on');
  }
}
