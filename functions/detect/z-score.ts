/** The largest double below 1: nothing is so unusual that something more unusual could not be told from it. */
const scoreMax = 1 - Number.EPSILON / 2;

/** Keeps a series that never moved, and that nobody set a floor for, from dividing by zero; relative to its value. */
const spreadMin = 1e-9;

/**
 * What one deviation is measured in: the usual deviation, or more where it is so small that `threshold` times it
 * would still lie below the floor. So `z >= threshold` says both "unusual" and "large enough for somebody to care".
 * @param deviation ≥ 0, in the unit of the series; 0 of a series that never moved
 * @param floor     ≥ 0, in the unit of the series
 * @param threshold > 0
 * @returns > 0, in the unit of the series
 */
export function spreadOf(deviation: number, expected: number, floor: number, threshold: number): number {
  return Math.max(deviation, floor / threshold, spreadMin * Math.max(1, Math.abs(expected)));
}

/**
 * How unusual a deviation of `z` spreads is, in [0, 1): at most `1 / (1 + z²)` of any distribution whatever lies that
 * far to one side of its mean. Rises with z throughout and never reaches 1; negative z scores 0.
 * @see Cantelli's inequality, Boucheron et al. (2013), Concentration Inequalities, exercise 2.3
 * @example
 * tailScore(3); // => 0.9
 */
export function tailScore(z: number): number {
  if (z <= 0) return 0;
  return Math.min(scoreMax, 1 - 1 / (1 + z * z));
}
