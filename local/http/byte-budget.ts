import { type HttpRequest, onceClosed, tooBusy } from './http.ts';

/** Milliseconds that a request may wait for its client before it can be cut off for others. */
export const slowAfterMs = 5_000;

/** The share of a budget that one request holds. The budget gets it back when the request is over. */
export interface BudgetShare {
  /**
   * Adds bytes to the share.
   * @throws {HttpError} 429 if the budget has too few left, and no request can be cut off
   */
  add(bytes: number): void;
  /** Gives bytes back until the share has at most `bytes`. */
  shrinkTo(bytes: number): void;
  /** Notes whether the request waits for its client from now on, to send or to read. A new request does. */
  waitsForClient(isWaiting: boolean): void;
}

interface Holder {
  readonly cut: () => void;
  bytes: number;
  /** The time since which the request has waited for its client; `undefined` while the server works on it. */
  waitingSinceMs: number | undefined;
}

/**
 * Limits the bytes that all requests together hold in memory. When the limit is reached, closes the connection of the
 * request that has waited longest for its client, so that clients that send or read slowly do not keep others out.
 */
export class ByteBudget {
  readonly #bytesMax: number;
  readonly #slowAfterMs: number;
  readonly #holders = new Set<Holder>();
  #bytes = 0;

  constructor(bytesMax: number, slowMs = slowAfterMs) {
    this.#bytesMax = bytesMax;
    this.#slowAfterMs = slowMs;
  }

  /** Begins the share of one request. */
  share(request: Pick<HttpRequest, 'signal' | 'cut'>): BudgetShare {
    const holder: Holder = { cut: request.cut, bytes: 0, waitingSinceMs: performance.now() };
    this.#holders.add(holder);
    onceClosed(request, () => {
      this.#shrink(holder, 0);
      this.#holders.delete(holder);
    });
    return {
      add: (bytes) => this.#add(holder, bytes),
      shrinkTo: (bytes) => this.#shrink(holder, bytes),
      waitsForClient: (isWaiting) => {
        holder.waitingSinceMs = isWaiting ? performance.now() : undefined;
      },
    };
  }

  #add(holder: Holder, bytes: number): void {
    // A request that was cut off continues for a moment; its bytes do not count any more.
    if (!this.#holders.has(holder)) return;
    while (this.#bytes + bytes > this.#bytesMax) {
      const slowest = this.#slowest(holder);
      if (slowest === undefined) {
        throw tooBusy(`requests in flight hold ${this.#bytes} of ${this.#bytesMax} bytes; send again later`);
      }
      this.#shrink(slowest, 0);
      this.#holders.delete(slowest);
      slowest.cut();
    }
    this.#bytes += bytes;
    holder.bytes += bytes;
  }

  #shrink(holder: Holder, bytes: number): void {
    const left = Math.min(holder.bytes, bytes);
    this.#bytes -= holder.bytes - left;
    holder.bytes = left;
  }

  /** Returns the request that has waited longest for its client, if it has waited long enough to be cut off. */
  #slowest(but: Holder): Holder | undefined {
    let slowest: Holder | undefined;
    let sinceMs = performance.now() - this.#slowAfterMs;
    for (const holder of this.#holders) {
      const { bytes, waitingSinceMs } = holder;
      if (holder === but || bytes === 0 || waitingSinceMs === undefined || waitingSinceMs > sinceMs) continue;
      slowest = holder;
      sinceMs = waitingSinceMs;
    }
    return slowest;
  }
}
