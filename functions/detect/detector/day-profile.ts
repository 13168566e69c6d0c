import { dayMs } from '../../shared/domain/durations.ts';
import { profileSlots } from './layout.ts';
import type { DayProfile } from './state.ts';

const slotCount = profileSlots;

/** The length of a slot. */
export const slotMs = dayMs / slotCount;
/** The number of values in a slot from which on its mean is trusted. */
export const trustedFrom = 3;
const countMax = 65_535;
/** The weight of a whole slot of new values in its mean: a profile remembers about ten days. */
export const weightOfSlot = 0.1;
const decayPerMs = Math.log(1 - weightOfSlot) / slotMs;

/** The comparison of a value with the usual course of the day. */
export interface OfDay {
  /** The slot of the time, and when it begins. */
  slot: number;
  slotFromMs: number;
  /** The index of the slot of the time in the profile's arrays. */
  index: number;
  /** Means that the slot has enough values. Otherwise, all below are meaningless. */
  isTrusted: boolean;
  /** The mean of the slot, a level. */
  mean: number;
  /** The envelope: the lowest and the highest mean of the slot and its trusted neighbours, levels. */
  lower: number;
  upper: number;
}

/**
 * Reads what is usual at a time of day. The neighbours belong to the envelope because nobody starts work on the minute.
 * @param timeMs since 1970; the day is that of UTC
 * @param into   is overwritten
 */
export function lookUp(profile: DayProfile | undefined, timeMs: number, into: OfDay): void {
  into.isTrusted = false;
  if (profile === undefined) return;
  // Values that follow each other are mostly of one slot, and the division is slow.
  if (!(timeMs >= into.slotFromMs && timeMs < into.slotFromMs + slotMs)) chooseSlot(timeMs, into);
  const slot = into.slot;
  into.index = profile.at + slot;
  if (profile.counts[into.index]! < trustedFrom) return;
  into.isTrusted = true;
  into.mean = profile.means[into.index]!;
  into.lower = into.mean;
  into.upper = into.mean;
  include(profile, profile.at + (slot === 0 ? slotCount - 1 : slot - 1), into);
  include(profile, profile.at + (slot === slotCount - 1 ? 0 : slot + 1), into);
}

/** Returns the slot of a time, of 0 to 47. */
export const slotOf = (timeMs: number): number =>
  Math.min(slotCount - 1, Math.floor((timeMs - dayMs * Math.floor(timeMs / dayMs)) / slotMs));

function chooseSlot(timeMs: number, into: OfDay): void {
  const dayFromMs = dayMs * Math.floor(timeMs / dayMs);
  into.slot = slotOf(timeMs);
  into.slotFromMs = dayFromMs + slotMs * into.slot;
}

function include({ means, counts }: DayProfile, index: number, into: OfDay): void {
  if (counts[index]! < trustedFrom) return;
  const mean = means[index]!;
  if (mean < into.lower) into.lower = mean;
  if (mean > into.upper) into.upper = mean;
}

/** The weights of values by the time since the value before; one is kept, because most cadences are regular. */
export class SlotWeights {
  #elapsedMs = 0;
  #weight = 0;

  /**
   * Returns the weight of a value in the mean of its slot, in [0, 0.1]: all values of half an hour together weigh a tenth.
   * @param elapsedMs the time since the value before
   */
  of(elapsedMs: number): number {
    if (elapsedMs !== this.#elapsedMs) {
      this.#elapsedMs = elapsedMs;
      this.#weight = elapsedMs > 0 ? 1 - Math.exp(decayPerMs * Math.min(slotMs, elapsedMs)) : 0;
    }
    return this.#weight;
  }
}

/**
 * Learns a value in its slot. The first values of a slot have equal weights.
 * @returns the weight of the value in the mean
 */
export function learnOfDay({ means, counts }: DayProfile, index: number, level: number, weight: number): number {
  const count = counts[index]! + 1;
  if (count <= countMax) counts[index] = count;
  const used = count * weight < 1 ? 1 / count : weight;
  means[index]! += used * (level - means[index]!);
  return used;
}
