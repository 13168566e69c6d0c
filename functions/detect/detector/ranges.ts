import { inFloats, valuesToLearn } from './layout.ts';
import { zMax } from './spread.ts';

const rangesAt = inFloats.ranges;
const toLearn = valuesToLearn;
const largestZ = zMax;

/** The share of its distance from the middle that each edge loses with each level inside. */
const shrink = 5e-5;
/** A breakout of this share of the value, or of the level, is a rounding error of double or single precision. */
const roundingOfValue = 1e-9;
const roundingOfLevel = 1.2e-7;

/** The quantities that have a running range, in the order of their edges. */
export const ranged = ['value', 'time of day', 'level', 'slow level', 'forecast'] as const;
export type Ranged = (typeof ranged)[number];

/** The number of the range of each quantity. */
export const rangeOf = { value: 0, ofDay: 1, mid: 2, slow: 3, forecast: 4 } as const;

/** Empties the ranges of a new series. */
export function emptyRanges(floats: Float32Array, at: number): void {
  floats.fill(Number.NaN, at + rangesAt, at + rangesAt + 2 * ranged.length);
}

/** A comparison of one value with all running ranges of its series: the largest breakout wins. */
export interface Breakout {
  /** The level of each quantity, by its range; NaN where it is not known. */
  readonly levels: Float64Array;
  /** The number of values before this one; until it is 50, nothing is a breakout. The time of day has its own. */
  count: number;
  ofDayCount: number;
  /** The level that the edges of the value's own range shrink to; those of all others shrink to 0. */
  middle: number;
  /** The magnitude of the value in the unit of the state. */
  magnitude: number;
  /** The distance of a quantity from its range, in widths of the range, in [0, 1000]; 0 if all are inside. */
  size: number;
  /** The number of the range that was left furthest. */
  range: number;
}

/** Returns a comparison of no value. */
export function blankBreakout(): Breakout {
  return {
    levels: new Float64Array(ranged.length),
    count: 0,
    ofDayCount: 0,
    middle: 0,
    magnitude: 0,
    size: 0,
    range: 0,
  };
}

/**
 * Compares each quantity with its range, and then learns it: an edge moves out to a level outside at once, and in towards
 * the middle very slowly. A long memory is what makes a breakout rare.
 * @param breakout its size and range are overwritten
 */
export function compareRanges(floats: Float32Array, at: number, breakout: Breakout): void {
  const { levels, middle } = breakout;
  const ofLevel = roundingOfLevel * Math.abs(levels[rangeOf.value]!);
  const ofValue = roundingOfValue * breakout.magnitude;
  const rounding = Math.max(ofLevel, ofValue);
  let largest = 0;
  let largestRange = 0;
  for (let range = 0; range < levels.length; range += 1) {
    const level = levels[range]!;
    const upperAt = at + rangesAt + 2 * range;
    const upper = floats[upperAt]!;
    const lower = floats[upperAt + 1]!;
    if (level <= upper && level >= lower) {
      const to = range === rangeOf.value ? middle : 0;
      floats[upperAt] = upper - shrink * (upper - to);
      floats[upperAt + 1] = lower - shrink * (lower - to);
      continue;
    }
    if (Number.isNaN(level)) continue;
    if (Number.isNaN(upper)) {
      floats[upperAt] = level;
      floats[upperAt + 1] = level;
      continue;
    }
    const excess = level > upper ? level - upper : lower - level;
    floats[level > upper ? upperAt : upperAt + 1] = level;
    const count = range === rangeOf.ofDay ? breakout.ofDayCount : breakout.count;
    if (count < toLearn || excess <= rounding) continue;
    const size = Math.min(largestZ, excess / (upper - lower));
    if (size <= largest) continue;
    largest = size;
    largestRange = range;
  }
  breakout.size = largest;
  breakout.range = largestRange;
}
