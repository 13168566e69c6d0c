import { tooBusy } from './http.ts';

/** Bytes that requests hold in memory, all of them together. */
export class ByteBudget {
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Begins the share of one request. */
  share(): BudgetShare {
    let mine = 0;
    return {
      add: (bytes) => {
        if (this.#bytes + bytes > this.#bytesMax) {
          throw tooBusy(`requests in flight hold ${this.#bytes} of ${this.#bytesMax} bytes; send again later`);
        }
        this.#bytes += bytes;
        mine += bytes;
      },
      shrinkTo: (bytes) => {
        const left = Math.min(mine, bytes);
        this.#bytes -= mine - left;
        mine = left;
      },
    };
  }
}

export interface BudgetShare {
  /** @throws {HttpError} 429 where the budget has not so many left */
  add(bytes: number): void;
  /** Gives back all but so many. */
  shrinkTo(bytes: number): void;
}
