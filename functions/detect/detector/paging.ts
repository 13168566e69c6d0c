import { unusualFrom } from './hold.ts';
import { inFloats } from './layout.ts';

const candidateAt = inFloats.candidate;
const unusualScore = unusualFrom;

/** The breakout that opens a candidate, in widths of the range. A score of 5 opens one too. */
const breakoutFrom = 0.1;
/**
 * The bits of a candidate or an episode: for each of the newest five values, the newest lowest, whether it was off; then for
 * each whether it was far by the spread, whether it mattered or not; then the side, and whether an episode is open.
 */
const newestBits = 0b1_1111;
const farShift = 5;
const belowBit = 1 << 10;
const openBit = 1 << 11;
/** The values that are off when several of them together page: no fewer are evidence enough. */
const evidentBits = 0b1111;
/** The distances in spreads at which a value is off: to the side of the candidate, and to the other side. */
export const offFrom = 3;
const offBeyondFrom = 5;

/** The conditions of a page, besides the shape of the deviation. It gates pages alone, never what is learned. */
export interface PageRule {
  /** The smallest deviation that matters, ≥ 0, in the unit of the series. */
  readonly floor: number;
  /** The same as a fraction of the expected value, ≥ 0. The larger of the two floors applies. */
  readonly relativeFloor: number;
  /** The side of deviations that matter. */
  readonly direction: 'both' | 'up' | 'down';
  /** A factor of all distances, > 0; 1 is as described. */
  readonly sensitivity: number;
  /**
   * The runs of one value that page if they are unusually long: all of them, those after a fall alone, or also those of a
   * value strictly within the range of all values, or also those of 0 where only rises matter otherwise. A reading that is repeated is one of those before; a processor that has
   * nothing to do, or is busy all the time, is at an edge.
   */
  readonly flatLines: 'all' | 'inside' | 'falls' | 'silence';
  /** The number of the newest five values that must be off. */
  readonly offNeeded: 2 | 3;
}

/** The rule of a series of which nothing is known. */
export const plainRule: PageRule = {
  floor: 0,
  relativeFloor: 0,
  direction: 'both',
  sensitivity: 1,
  flatLines: 'all',
  offNeeded: 3,
};

/** The share of the expected value that a fall need not exceed, whatever the floor: a topic may fall silent below it. */
const fallShare = 0.5;

/**
 * Returns the smallest deviation from an expected value that matters, in the unit of the series.
 * @param side 1 for a rise, -1 for a fall
 * @example
 * floorAt({ ...plainRule, floor: 30, relativeFloor: 0.5 }, 100, 1); // => 50
 * floorAt({ ...plainRule, floor: 10 }, 8, -1); // => 4
 */
export function floorAt({ floor, relativeFloor }: PageRule, expected: number, side: number): number {
  const size = Math.abs(expected);
  const absolute = side < 0 ? Math.min(floor, fallShare * size) : floor;
  return Math.max(absolute, relativeFloor * size);
}

/** One value, as the paging rule sees it. */
export interface PageInput {
  /** The signed distance from the envelope of the time of day, in spreads; Infinity where there is no spread. */
  z: number;
  /** The side that it is on: 1 above or inside, -1 below. */
  side: -1 | 1;
  /** Means that deviations to this side matter. */
  isJudgedSide: boolean;
  /** Means that the deviation reaches the floor, to a side that matters. */
  matters: boolean;
  /** Means that the value is where values were when the episode began. Meaningless while none is open. */
  isBack: boolean;
  /** Means that the value would open a candidate. */
  opens: boolean;
  isQuiet: boolean;
  /** The side on which several values together are evidence enough; 0 for none. */
  evidence: -1 | 0 | 1;
  /** @see PageRule */
  offNeeded: number;
}

/** Returns whether a value is unusual enough to open a candidate. @param own without what is held of values before */
export const isOpening = (own: number, breakout: number): boolean => breakout >= breakoutFrom || own >= unusualScore;

/** Returns whether a series has neither a candidate nor an open episode. */
export const isIdle = (floats: Float32Array, at: number): boolean => floats[at + candidateAt] === 0;

/** Ends the candidate or the episode, so that values before do not count with those that follow. */
export function endCandidate(floats: Float32Array, at: number): void {
  floats[at + candidateAt] = 0;
}

/** Returns whether the newest value was off: it opened or continued the candidate or the episode. */
export const isNewestOff = (floats: Float32Array, at: number): boolean => (floats[at + candidateAt]! & 1) === 1;

/** Returns whether an episode is open. */
export const isOpen = (floats: Float32Array, at: number): boolean => (floats[at + candidateAt]! & openBit) !== 0;

/**
 * Returns the number of values up to the newest one that belong to the candidate or the episode, at most 5; 0 if none of
 * them mattered.
 */
export const candidateValues = (floats: Float32Array, at: number): number =>
  32 - Math.clz32(floats[at + candidateAt]! & newestBits);

/**
 * Applies one value to the candidate or the episode of a series. Returns whether it opens an episode: somebody is paged.
 *
 * A breakout, a high score or the evidence of several values opens a candidate, with a side, whether it matters yet or not. A
 * later value is far if it is 3 spreads from the envelope on that side, or 5 on the other one; it is off if it matters, too.
 * The candidate pages when 3 (2 by some rules) of the newest 5 values are off and the last of them is. It is dropped when
 * none of them is far, and an episode closes when none is off. Values that are back where they were before the episode are
 * not off, however far the level was learned in the meantime. A series that goes quiet pages at once, and so does one whose
 * newest values together are evidence enough.
 */
export function page(floats: Float32Array, at: number, input: PageInput): boolean {
  const { side, evidence, matters } = input;
  const before = floats[at + candidateAt]!;
  if ((before & openBit) !== 0) {
    floats[at + candidateAt] = continueEpisode(before, input);
    return false;
  }
  if (input.isQuiet) {
    floats[at + candidateAt] = (((before << 1) | 1) & newestBits) | openBit | sideBit(side);
    return true;
  }
  if (isByEvidence(floats, at, input)) {
    floats[at + candidateAt] = evidentBits | openBit | sideBit(side);
    return true;
  }
  if (before !== 0) {
    const after = continueCandidate(before, input);
    floats[at + candidateAt] = after;
    return (after & openBit) !== 0;
  }
  // A series that never varied cannot drift: its first step matters at once, or is learned.
  if ((input.opens || evidence === side) && (matters || (input.isJudgedSide && Number.isFinite(input.z))))
    floats[at + candidateAt] = (1 << farShift) | (matters ? 1 : 0) | sideBit(side);
  return false;
}

/** Returns whether a value opens an episode because several values together are off on its side. */
export const isByEvidence = (
  floats: Float32Array,
  at: number,
  { evidence, matters, side, isQuiet }: PageInput,
): boolean => evidence === side && matters && !isQuiet && !isOpen(floats, at);

const sideBit = (side: -1 | 1): number => (side < 0 ? belowBit : 0);

/** Returns the candidate after one more value: an episode if it pages, 0 if it is dropped. */
function continueCandidate(before: number, input: PageInput): number {
  const far = isFar(input, before);
  const off = far && input.matters;
  const newestFar = (((before >> farShift) << 1) | (far ? 1 : 0)) & newestBits;
  const newestOff = ((before << 1) | (off ? 1 : 0)) & newestBits;
  const side = before & belowBit;
  if (off && ones(newestOff) >= input.offNeeded) return newestOff | openBit | side;
  return newestFar === 0 ? 0 : newestOff | (newestFar << farShift) | side;
}

/** Returns the episode after one more value; 0 if it closes. */
function continueEpisode(before: number, input: PageInput): number {
  const off = input.isQuiet || (!input.isBack && input.matters && isFar(input, before));
  const newestOff = ((before << 1) | (off ? 1 : 0)) & newestBits;
  return newestOff === 0 ? 0 : newestOff | openBit | (before & belowBit);
}

function isFar({ z, side }: PageInput, candidate: number): boolean {
  const isSameSide = (candidate & belowBit) === sideBit(side);
  return Math.abs(z) >= (isSameSide ? offFrom : offBeyondFrom);
}

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest &= rest - 1) count += 1;
  return count;
}
