/** The spreads from the expected value to either end of the range of values that are not off. */
export const rangeSpreads = 3;

/** The range of values that are not off, around what is expected. */
export interface ExpectedRange {
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
}

/** The values that a series can have. */
export interface Possible {
  readonly isCounter: boolean;
  /** The greatest value that is possible, such as 1 for a share; `undefined` where there is none. */
  readonly max: number | undefined;
}

/**
 * Returns an expected range as people see it. It ends at zero for a series that is usually positive, such as bytes, and for a counter,
 * whose changes are never negative: while its level is learned, its expected value may be. It does not end above what is possible,
 * unless what is expected does: then the source has another unit.
 */
export function shownRange(
  { expected, lower, upper }: ExpectedRange,
  { isCounter, max = Number.POSITIVE_INFINITY }: Possible,
): readonly [lower: number, upper: number] {
  const least = expected >= 0 || isCounter ? 0 : Number.NEGATIVE_INFINITY;
  const most = expected > max ? Number.POSITIVE_INFINITY : max;
  return [Math.min(Math.max(least, lower), most), Math.min(Math.max(least, upper), most)];
}

/** Returns the expected range that a summary keeps: its expected value and its spread. */
export function rangeOfSummary(expected: number, spread: number): ExpectedRange {
  return { expected, lower: expected - rangeSpreads * spread, upper: expected + rangeSpreads * spread };
}
