/** The highest score: the largest double below 1. */
const scoreMax = 1 - Number.EPSILON / 2;

/**
 * The smallest spread, relative to the expected value: prevents a division by zero for a constant series without floor.
 */
const spreadMin = 1e-9;

/**
 * Returns the spread: the unit that deviations are measured in. It is the usual deviation, or `floor / threshold` if
 * that is more. So `z >= threshold` means both that a value is unusual and that its deviation reaches the floor.
 *
 *     spread = max(deviation, floor / threshold, 1e-9 * max(1, |expected|))
 *
 * @param deviation ≥ 0, in the unit of the series; 0 for a series that never changed
 * @param expected  in the unit of the series
 * @param floor     ≥ 0, in the unit of the series
 * @param threshold > 0, in spreads
 * @returns > 0, in the unit of the series
 * @example
 * spreadOf(2, 100, 30, 6); // => 5
 */
export function spreadOf(deviation: number, expected: number, floor: number, threshold: number): number {
  return Math.max(deviation, floor / threshold, spreadMin * Math.max(1, Math.abs(expected)));
}

/**
 * Returns how unusual a deviation is, as a score in [0, 1): whatever the distribution, at most `1 / (1 + z²)` of its
 * values are `z` standard deviations or more above the mean, and the score is 1 less that bound. It rises with `z` and
 * never reaches 1.
 * @param z the deviation in spreads; 0 and negative values score 0
 * @see Cantelli's inequality, Boucheron et al. (2013), Concentration Inequalities, exercise 2.3
 * @example
 * tailScore(3); // => 0.9
 */
export function tailScore(z: number): number {
  if (z <= 0) return 0;
  return Math.min(scoreMax, 1 - 1 / (1 + z * z));
}
