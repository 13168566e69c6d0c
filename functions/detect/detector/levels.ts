import { inFloats } from './layout.ts';

const countAt = inFloats.count;
const meanAt = inFloats.mean;
const midAt = inFloats.mid;
const slowAt = inFloats.slow;

/** The weights of a value in the means of a series: about 200, 20 and 50 values are remembered. */
const meanWeight = 0.005;
const midWeight = 0.05;
const slowWeight = 0.02;
/** The share of a distance that is learned as a level shift. */
const driftWeight = 0.05;

/** Two quick means after a value, levels. Their distance from the mean shows shifts that single values do not. */
export interface QuickMeans {
  mid: number;
  slow: number;
}

/** Sets the quick means with a value, which is not learned yet. */
export function averageQuickly(floats: Float32Array, at: number, level: number, into: QuickMeans): void {
  const mid = floats[at + midAt]!;
  const slow = floats[at + slowAt]!;
  const isFirst = floats[at + countAt] === 0;
  into.mid = isFirst ? level : mid + midWeight * (level - mid);
  into.slow = isFirst ? level : slow + slowWeight * (level - slow);
}

/**
 * Learns a value in the mean. The first values have equal weights.
 * @param distance the distance of the value from the mean
 * @param count    the number of values with this one
 */
export function learnMean(floats: Float32Array, at: number, distance: number, count: number): void {
  floats[at + meanAt]! += (count < 1 / meanWeight ? 1 / count : meanWeight) * distance;
}

/**
 * Learns a level shift at a bounded rate: at most a twentieth of a usual distance with each value, however far the value
 * is off. So a shift of many spreads is still off when people look at it.
 * @param driftAt  the index of the level shift
 * @param distance the distance of the value from the envelope, a level
 * @param variance of such distances; Infinity while it is not known
 */
export function learnDrift(floats: Float32Array, driftAt: number, distance: number, variance: number): void {
  if (distance === 0) return;
  const isUsual = distance * distance <= variance;
  floats[driftAt]! += driftWeight * (isUsual ? distance : Math.sign(distance) * Math.sqrt(variance));
}
