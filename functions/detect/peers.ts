import type { PeersRow } from '../shared/domain/catalogue/peers.ts';

/** The fewest members of a set that are compared: with fewer, nobody can say which of them differs. */
export const membersMin = 4;
/** The largest share of a set that may differ, one member in any case: more are a group of their own, as old and new servers are. */
const differShareMax = 0.25;
/** The distance at which a value differs, in usual variations of the set and in the unit of {@link Comparison.excess}. */
export const differFrom = 5;
/** The factor from a median absolute deviation to a usual variation. */
const spreadOfMad = 1.4826;

/** A member of a set of peers: its newest value, and its usual multiple of the median of the others. */
export interface PeerMember {
  readonly value: number;
  readonly usual: number;
}

/** The comparison of a member with the others of its set. */
export interface Comparison {
  /** The median, the smallest and the largest of the values of the other members, and their number. */
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
  readonly others: number;
  /**
   * The distance from what is expected, on the side that matters, in fifths of the distance at which a value differs: 5 and more
   * differ.
   */
  readonly excess: number;
  /**
   * The result:
   *
   * - `within`: no more than the floors and the variation of the set from the median;
   * - `usual`: further off, but not further than it usually is;
   * - `differs`;
   * - `no agreement`: too many members differ.
   */
  readonly outcome: 'within' | 'usual' | 'differs' | 'no agreement';
}

/**
 * Compares each member of a set with the others.
 *
 *     expected = usual * median of the others
 *     differs  if value - expected > max(floor, relativeFloor * expected, 5 * 1.4826 * MAD of the set)
 *
 * and at most a quarter of the set does. `O(n log n)` for `n` members.
 * @param members finite values
 * @returns a comparison for each member, in their order; none for fewer than {@link membersMin}
 */
export function compareAll(members: readonly PeerMember[], row: PeersRow): Comparison[] {
  if (members.length < membersMin) return [];
  const sorted = Float64Array.from(members, ({ value }) => value).sort();
  const middle = medianOf(sorted);
  const spread = spreadOfMad * medianOf(sorted.map((value) => Math.abs(value - middle)).sort());
  const sign = row.direction === 'up' ? 1 : -1;
  const limit = (expected: number): number =>
    Math.max(row.floor, row.relativeFloor * Math.abs(expected), differFrom * spread);
  const excessOf = (value: number, expected: number): number =>
    (differFrom * sign * (value - expected)) / limit(expected);
  const found = members.map(({ value, usual }) => {
    const { median, lower, upper } = withoutOne(sorted, value);
    const excess = excessOf(value, usualMultiple(usual, row) * median);
    return { median, lower, upper, others: sorted.length - 1, excess, isFar: excessOf(value, median) > differFrom };
  });
  const differing = found.filter(({ excess }) => excess > differFrom).length;
  const isAgreed = differing <= Math.max(1, Math.floor(differShareMax * members.length));
  return found.map(({ isFar, ...one }) => {
    if (one.excess > differFrom) return { ...one, outcome: isAgreed ? 'differs' : 'no agreement' };
    return { ...one, outcome: isFar ? 'usual' : 'within' };
  });
}

/** Returns the multiple that counts: a member that usually has less than the others does not differ when it has as much. */
const usualMultiple = (usual: number, { direction }: PeersRow): number =>
  direction === 'up' ? Math.max(1, usual) : Math.min(1, usual);

/** Returns the median of sorted values, of which there is at least one. */
function medianOf(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Returns the median and the range of sorted values without one of them, in O(log n). */
function withoutOne(sorted: Float64Array, value: number): Pick<Comparison, 'median' | 'lower' | 'upper'> {
  const gone = firstAt(sorted, value);
  const at = (nth: number): number => sorted[nth < gone ? nth : nth + 1]!;
  const count = sorted.length - 1;
  const half = count >> 1;
  const median = count % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2;
  return { median, lower: at(0), upper: at(count - 1) };
}

/** Returns the first index of a value that sorted values contain. */
function firstAt(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
