import { valuesToLearn } from './layout.ts';

const toLearn = valuesToLearn;

/**
 * The number of values that a spread remembers. A younger one remembers the newest third of all values: with equal weights, a burst among
 * the first values would hide what follows for as long as a series is young. The first values have equal weights, because a third
 * of a few is too few: an incident among them would hide the next one.
 */
const valuesRemembered = 2_000;
const equalWeights = 150;
const newestShare = 3;
/** The highest score of one channel. */
export const zMax = 1_000;

/**
 * Returns a distance in spreads, in [0, 1000]. A series that never varied has no spread, so that each distance but 0
 * is then the highest.
 * @param distance any sign
 * @param spread   the usual distance, ≥ 0
 * @param count    the number of distances that the spread was learned of; 0 is returned until it is 50
 */
export function inSpreads(distance: number, spread: number, count: number): number {
  if (count < toLearn) return 0;
  const size = Math.abs(distance);
  if (size === 0) return 0;
  const z = size / spread;
  return Math.min(z, zMax);
}

/**
 * Returns a variance after one more distance from what was expected.
 * @param count the number of distances with this one
 */
export function learnVariance(variance: number, distance: number, count: number): number {
  return variance + weightOf(count) * (distance * distance - variance);
}

function weightOf(count: number): number {
  if (count >= newestShare * valuesRemembered) return 1 / valuesRemembered;
  return (count > equalWeights ? newestShare : 1) / count;
}
