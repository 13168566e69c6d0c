/** A rule for the waits between tries that fail. */
export interface Backoff {
  /** The wait after the first failure, ms. */
  readonly firstMs: number;
  /** The longest wait, ms. */
  readonly maxMs: number;
  /**
   * The part of a wait that is random: 1 is full jitter (0 to all of it), 0.5 equal jitter (half of it to all of it), 0
   * none.
   */
  readonly jitter: number;
}

/**
 * Returns the wait before the next try. It doubles with each failure, up to a maximum, and is shortened by a random
 * part.
 *
 *     wait = min(maxMs, firstMs * 2 ** (failures - 1)) * (1 - jitter * (1 - random))
 *
 * @param failures the number of failures in a row, from 1
 * @param random   a random number in [0, 1)
 * @returns milliseconds
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @example
 * backoffMs(3, 0, { firstMs: 200, maxMs: 30_000, jitter: 0.5 }); // => 400
 */
export function backoffMs(failures: number, random: number, { firstMs, maxMs, jitter }: Backoff): number {
  return Math.min(maxMs, firstMs * 2 ** (failures - 1)) * (1 - jitter * (1 - random));
}
