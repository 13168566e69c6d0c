import { type HttpRequest, onceClosed, tooBusy } from './http.ts';

/** A request that has waited longer for its client makes room for others. */
export const slowAfterMs = 5_000;

/** The share of a budget that one request holds. It is given back when the request is over. */
export interface BudgetShare {
  /** @throws {HttpError} 429 where the budget has not so many left, and no request makes room */
  add(bytes: number): void;
  /** Gives back all but so many. */
  shrinkTo(bytes: number): void;
  /** Says whether the request waits for its client from now on, to send or to read. It does when it begins. */
  waitsForClient(isWaiting: boolean): void;
}

interface Holder {
  readonly cut: () => void;
  bytes: number;
  /** `undefined` while the server works on it. */
  waitingSinceMs: number | undefined;
}

/**
 * Limits the bytes that requests hold in memory, all of them together. Where they are used up, the connection of the
 * request that has waited longest for its client is closed, so that clients that send or read slowly keep nobody out.
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
    // A request that was cut goes on for a moment, and holds nothing that is counted.
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

  /** Finds the request that has waited longest for its client, and long enough to be cut. */
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
