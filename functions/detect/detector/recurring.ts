import { inWeek, profileSlots } from './layout.ts';
import type { WeekProfile } from './state.ts';

const slotCount = profileSlots;
const risesAt = inWeek.rises;
const fallsAt = inWeek.falls;
const riseOfVisitAt = inWeek.riseOfVisit;
const fallOfVisitAt = inWeek.fallOfVisit;

/** The distance in spreads from which on a value is noted: noise seldom reaches it. */
const notedFrom = 6;
/** Two distances are alike if the smaller one is more than this share of the larger one. */
const likeShare = 0.5;
/** The share of what recurs that is left after a visit without it: it may pause for four days, as for a weekend. */
const keptShare = 0.95;
/** The factor of the usual distance that is still usual: no two nights are the same. */
const margin = 1.25;

/** The furthest that a series usually goes beyond its envelope at a time of day, differences of levels, ≥ 0. */
export interface Recurring {
  rise: number;
  fall: number;
}

/**
 * Reads what recurs at a time of day: a nightly job of some minutes is too short to move the mean of its half hour. The
 * neighbours count because no job begins on the second.
 * @param slot of the time
 */
export function lookUpRecurring({ floats, at }: WeekProfile, slot: number, into: Recurring): void {
  into.rise = margin * largestAround(floats, at + risesAt, slot);
  into.fall = margin * largestAround(floats, at + fallsAt, slot);
}

function largestAround(floats: Float32Array, at: number, slot: number): number {
  const before = floats[at + (slot === 0 ? slotCount - 1 : slot - 1)]!;
  const after = floats[at + (slot === slotCount - 1 ? 0 : slot + 1)]!;
  return Math.max(0, before, floats[at + slot]!, after);
}

/**
 * Notes how far a value is beyond the envelope of its time of day.
 * @param beyond the signed distance, a level
 * @param spread the usual distance
 */
export function noteBeyond({ floats, at }: WeekProfile, beyond: number, spread: number): void {
  const size = Math.abs(beyond);
  if (size < notedFrom * spread) return;
  const noted = at + (beyond > 0 ? riseOfVisitAt : fallOfVisitAt);
  if (size > floats[noted]!) floats[noted] = size;
}

/**
 * Learns the furthest values of a visit of a slot once the visit has ended. A distance recurs if two visits in a row had
 * one alike; until then, it is kept with a minus and changes nothing, so that one incident hides no other.
 * @param slot that was left
 */
export function learnRecurring({ floats, at }: WeekProfile, slot: number): void {
  learnVisit(floats, at + risesAt + slot, at + riseOfVisitAt);
  learnVisit(floats, at + fallsAt + slot, at + fallOfVisitAt);
}

function learnVisit(floats: Float32Array, at: number, ofVisitAt: number): void {
  const before = floats[at]!;
  const size = floats[ofVisitAt]!;
  floats[ofVisitAt] = 0;
  if (before > 0) {
    // A far larger one is news, and is learned only if it stays so large.
    floats[at] = Math.max(keptShare * before, Math.min(size, margin * before));
    return;
  }
  const first = -before;
  const most = Math.max(first, size);
  const recurs = Math.min(first, size) > likeShare * most;
  floats[at] = recurs ? most : -size;
}
