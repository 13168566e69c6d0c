/** The spreads from the expected value to either end of the range of values that are not off. */
export const rangeSpreads = 3;

/** The range of values that are not off, around what is expected. */
export interface ExpectedRange {
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Returns an expected range as people see it. It ends at zero for a series that is usually positive, such as bytes, and for a counter,
 * whose changes are never negative: while its level is learned, its expected value may be.
 */
export function shownRange(
  { expected, lower, upper }: ExpectedRange,
  isCounter: boolean,
): readonly [lower: number, upper: number] {
  return expected >= 0 || isCounter ? [Math.max(0, lower), Math.max(0, upper)] : [lower, upper];
}

/** Returns the expected range that a summary keeps: its expected value and its spread. */
export function rangeOfSummary(expected: number, spread: number): ExpectedRange {
  return { expected, lower: expected - rangeSpreads * spread, upper: expected + rangeSpreads * spread };
}
