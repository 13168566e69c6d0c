import { unusualFrom } from './hold.ts';
import { inFloats } from './layout.ts';
import { lowerEdge, rangeOf, upperEdge } from './ranges.ts';

const offBitsAt = inFloats.offBits;
const sideAt = inFloats.side;
const midRange = rangeOf.mid;
const unusualScore = unusualFrom;

/** The breakout that opens a candidate, in widths of the range. A score of 5 opens one too. */
const breakoutFrom = 0.1;
/** A candidate becomes a page when so many of its newest values were off. */
const offNeeded = 3;
const newestBits = 0b1_1111;
/** An episode closes when none of so many values was off. */
const episodeBits = 0b11_1111_1111;
/** The distances in spreads at which a value is off: to the side of the candidate, while the level is at the edge, beyond. */
const offFrom = 3;
const offAtEdgeFrom = 2;
const offBeyondFrom = 5;

/** The share of its range's width within which the quick mean is at the edge. */
const edgeShare = 0.1;

/** The conditions of a page, besides the shape of the deviation. It gates pages alone, never what is learned. */
export interface PageRule {
  /** The smallest deviation that matters, ≥ 0, in the unit of the series. */
  readonly floor: number;
  /** The side of deviations that matter. */
  readonly direction: 'both' | 'up' | 'down';
  /** A factor of all distances, > 0; 1 is as described. */
  readonly sensitivity: number;
}

/** The rule of a series of which nothing is known. */
export const plainRule: PageRule = { floor: 0, direction: 'both', sensitivity: 1 };

/** One value, as the paging rule sees it. */
export interface PageInput {
  /** The signed distance from the envelope of the time of day, in spreads; Infinity where there is no spread. */
  z: number;
  /** The side that it is on: 1 above or inside, -1 below. */
  side: number;
  /** Means that the deviation reaches the floor, to a side that matters. */
  matters: boolean;
  /** Means that the value would open a candidate. */
  opens: boolean;
  isQuiet: boolean;
  /** The distance of the quick mean from the mean, a level. */
  mid: number;
}

/** Returns whether a value is unusual enough to open a candidate. @param own without what is held of values before */
export const isOpening = (own: number, breakout: number): boolean => breakout >= breakoutFrom || own >= unusualScore;

/** Returns whether a series has neither a candidate nor an open episode. */
export const isIdle = (floats: Float32Array, at: number): boolean =>
  floats[at + offBitsAt] === 0 && Math.abs(floats[at + sideAt]!) <= 1;

/** Returns whether an episode is open. */
export const isOpen = (floats: Float32Array, at: number): boolean => Math.abs(floats[at + sideAt]!) > 1;

/**
 * Returns the number of values up to the newest one that belong to the candidate or the episode, at most 5; 0 if there is
 * none.
 */
export const candidateValues = (floats: Float32Array, at: number): number =>
  32 - Math.clz32(floats[at + offBitsAt]! & newestBits);

/**
 * Applies one value to the candidate or the episode of a series. Returns whether it opens an episode: somebody is paged.
 *
 * A breakout or a high score opens a candidate, with a side. A later value is off if it is 3 spreads from the envelope on
 * that side (2 while the quick mean is at the edge of its range there), or 5 on the other one. The candidate pages when 3
 * of the newest 5 values are off and the last of them is; it is dropped when none is. An episode closes when none of 10
 * is. A series that goes quiet pages at once.
 */
export function page(floats: Float32Array, at: number, input: PageInput): boolean {
  const side = floats[at + sideAt]!;
  if (isOpen(floats, at)) {
    continueEpisode(floats, at, input);
    return false;
  }
  if (input.isQuiet) {
    floats[at + offBitsAt] = ((floats[at + offBitsAt]! << 1) | 1) & episodeBits;
    floats[at + sideAt] = side > 0 ? 2 : -2;
    return true;
  }
  if (floats[at + offBitsAt] !== 0) return continueCandidate(floats, at, input);
  if (input.opens && input.matters) {
    floats[at + offBitsAt] = 1;
    floats[at + sideAt] = input.side;
  }
  return false;
}

/** Returns whether the candidate becomes a page. */
function continueCandidate(floats: Float32Array, at: number, input: PageInput): boolean {
  const side = floats[at + sideAt]! > 0 ? 1 : -1;
  const off = isOff(floats, at, input, side);
  const bits = (floats[at + offBitsAt]! << 1) | (off ? 1 : 0);
  const newest = bits & newestBits;
  const pages = off && ones(newest) >= offNeeded;
  floats[at + offBitsAt] = newest === 0 ? 0 : bits & episodeBits;
  floats[at + sideAt] = pages ? 2 * side : side;
  return pages;
}

function continueEpisode(floats: Float32Array, at: number, input: PageInput): void {
  const side = floats[at + sideAt]! > 0 ? 1 : -1;
  const off = input.isQuiet || isOff(floats, at, input, side);
  const bits = ((floats[at + offBitsAt]! << 1) | (off ? 1 : 0)) & episodeBits;
  floats[at + offBitsAt] = bits;
  if (bits === 0) floats[at + sideAt] = side;
}

function isOff(floats: Float32Array, at: number, input: PageInput, candidateSide: number): boolean {
  if (!input.matters) return false;
  const size = Math.abs(input.z);
  if (input.side !== candidateSide) return size >= offBeyondFrom;
  return size >= offFrom || (size >= offAtEdgeFrom && isAtEdge(floats, at, input.mid, candidateSide));
}

/** Returns whether the quick mean is at the edge of its range on one side: the level has moved, not single values. */
function isAtEdge(floats: Float32Array, at: number, mid: number, side: number): boolean {
  const upper = upperEdge(floats, at, midRange);
  const lower = lowerEdge(floats, at, midRange);
  const reach = edgeShare * (upper - lower);
  return side > 0 ? mid >= upper - reach : mid <= lower + reach;
}

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest &= rest - 1) count += 1;
  return count;
}
